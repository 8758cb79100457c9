const CODES = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|08|53|57P0)/;
const MESSAGES =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|connection error/i;

/** Whether an error says that Postgres could not be reached or is shutting down (SQLSTATE classes 08, 53, 57P). */
export function isStoreUnavailable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, cause } = error as Record<string, unknown>;
  if (typeof code === 'string' && CODES.test(code)) return true;
  return (typeof message === 'string' && MESSAGES.test(message)) || isStoreUnavailable(cause);
}

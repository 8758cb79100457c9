import { connect } from 'node:net';
import { messageOf } from '#sdk';

export const CONNECT_TIMEOUT_MS = 5_000;

/** Opens a TCP connection and closes it again, as Seldon's engine does. Rejects with the reason. */
export function reachable(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port, timeout: CONNECT_TIMEOUT_MS });
    const fail = (why: string) => {
      socket.destroy();
      reject(new Error(why));
    };
    socket.once('connect', () => resolve(void socket.destroy()));
    socket.once('timeout', () => fail(`no connection within ${CONNECT_TIMEOUT_MS} ms`));
    socket.once('error', (error) => fail(causeOf(error)));
  });
}

/** Node reports several refused addresses as one error without a message of its own. */
export function causeOf(error: unknown): string {
  const { errors, code } = error as { errors?: unknown[]; code?: string };
  return (errors ? errors.map(messageOf).join(', ') : messageOf(error)) || code || 'unknown cause';
}

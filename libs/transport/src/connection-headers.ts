/** Those of one connection (RFC 9110, 7.6.1), and those that every client makes itself: none of them is forwarded. */
export const CONNECTION_HEADERS: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'content-type',
  'seldon-puid',
  // A compressed answer could be read by no component after this one.
  'accept-encoding',
];

const NONE: ReadonlySet<string> = new Set();
/** What nearly every client says, which names no header. */
const USUAL = /^(?:keep-alive|close)$/i;

/** Headers that a client's `Connection` names as those of its connection. */
export function connectionOptions(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined || USUAL.test(connection)) return NONE;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

import type { Call } from '#graph';
import type { Message } from '#protocol';
import { CONNECTION_HEADERS, connectionOptions } from '../connection-headers.js';

const NOT_FORWARDED: ReadonlySet<string> = new Set(CONNECTION_HEADERS);

/** Without a message there is nothing whose type could be told. */
export function requestHeaders(message: Message | undefined, call: Call): Record<string, string> {
  const headers: Record<string, string> = {};
  const named = connectionOptions(call.headers.connection);
  for (const name in call.headers) {
    if (!NOT_FORWARDED.has(name) && !named.has(name)) headers[name] = call.headers[name]!;
  }
  if (message !== undefined) headers['content-type'] = message.contentType;
  headers['seldon-puid'] = call.puid;
  return headers;
}

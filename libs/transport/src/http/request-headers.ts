import type { Call } from '#graph';
import type { Message } from '#protocol';

/** Those of one connection (RFC 9110, 7.6.1), those that the client makes itself, and those set below. */
const NOT_FORWARDED = new Set([
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
]);

/** Without a message there is nothing whose type could be told. */
export function requestHeaders(message: Message | undefined, call: Call): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in call.headers) {
    if (!NOT_FORWARDED.has(name)) headers[name] = call.headers[name]!;
  }
  if (message !== undefined) headers['content-type'] = message.contentType;
  headers['seldon-puid'] = call.puid;
  return headers;
}

import { Metadata } from '@grpc/grpc-js';
import type { Call } from '#graph';
import { CONNECTION_HEADERS, connectionOptions } from '../connection-headers.js';

const NOT_FORWARDED: ReadonlySet<string> = new Set([...CONNECTION_HEADERS, 'user-agent']);
/** Of the body, of gRPC itself, and those whose values are bytes. */
const RESERVED = /^(?:content-|grpc-)|-bin$/;
const NAME = /^[0-9a-z_.-]+$/;
const TEXT = /^[ -~]*$/;

/** The client's headers, as far as metadata can carry them, and the prediction id. */
export function requestMetadata({ headers, puid }: Call): Metadata {
  const metadata = new Metadata();
  const named = connectionOptions(headers.connection);
  for (const name in headers) {
    const value: unknown = headers[name];
    if (isForwarded(name) && !named.has(name) && typeof value === 'string' && TEXT.test(value))
      metadata.set(name, value);
  }
  metadata.set('seldon-puid', puid);
  return metadata;
}

function isForwarded(name: string): boolean {
  return NAME.test(name) && !NOT_FORWARDED.has(name) && !RESERVED.test(name);
}

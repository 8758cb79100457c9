import type { IncomingHttpHeaders } from 'node:http';
import { Metadata } from '@grpc/grpc-js';

/** The body's type, which over gRPC says nothing, and what gRPC keeps for itself. */
const OF_GRPC = /^(?:content-type|te|grpc-.*)$/;

/** Metadata as the headers of HTTP; values that are bytes have none. */
export function headersOf(metadata: Metadata): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (const name of Object.keys(metadata.getMap())) {
    const texts = metadata.get(name).filter((value) => typeof value === 'string');
    if (texts.length > 0 && !OF_GRPC.test(name)) headers[name] = texts.join(', ');
  }
  return headers;
}

/** From name, value, name, value, ... */
export function metadataOf(headers: readonly string[]): Metadata {
  const metadata = new Metadata();
  for (let i = 0; i + 1 < headers.length; i += 2) metadata.set(headers[i]!, headers[i + 1]!);
  return metadata;
}

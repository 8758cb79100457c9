import { expect, it } from '@jest/globals';
import { Call } from '#graph';
import { requestMetadata } from './grpc/request-metadata.js';
import { requestHeaders } from './http/request-headers.js';

it.each([
  ['keep-alive', { 'x-own': '1', 'x-kept': '2' }],
  ['close, X-Own ,te', { 'x-kept': '2' }],
])('of the client that says Connection: %s are not forwarded', (connection, forwarded) => {
  const call = new Call('p', { connection, 'x-own': '1', 'x-kept': '2' });
  expect(requestHeaders(undefined, call)).toEqual({ ...forwarded, 'seldon-puid': 'p' });
  expect(requestMetadata(call).getMap()).toEqual({ ...forwarded, 'seldon-puid': 'p' });
});

import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { PrivateAddressError } from '../errors.js';
import { isPublicAddress } from './public-address.js';

export interface GuardOptions {
  readonly allowPrivate: boolean;
  readonly idleMs: number;
}

/** Connects to nothing but the addresses that were checked: a name is resolved once, for check and connection. */
export function guardedAgent(shown: string, { allowPrivate, idleMs }: GuardOptions): Agent {
  return new Agent({
    headersTimeout: idleMs,
    bodyTimeout: idleMs,
    connect: allowPrivate ? { timeout: idleMs } : { timeout: idleMs, lookup: publicLookup(shown) },
  });
}

/** A literal address is never looked up, so it is checked here. */
export function checkHost(url: URL, shown: string): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refused(shown, host);
}

function publicLookup(shown: string): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const found = addresses.find(({ address }) => !isPublicAddress(address));
      if (found) return callback(refused(shown, `${hostname} at ${found.address}`), '');
      answer(addresses, options.all === true, callback);
    });
  };
}

function answer(addresses: LookupAddress[], all: boolean, callback: Parameters<LookupFunction>[2]): void {
  if (all) callback(null, addresses);
  else callback(null, addresses[0]!.address, addresses[0]!.family);
}

function refused(shown: string, got: string): PrivateAddressError {
  const expected = 'a public address (SWITCHYARD_ARTEFACT_ALLOW_PRIVATE=true lifts this)';
  return new PrivateAddressError(shown, 'host', expected, got);
}

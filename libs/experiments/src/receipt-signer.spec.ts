import { expect, it } from '@jest/globals';
import type { Decision } from './decision.js';
import { packDecisions, unpackDecisions } from './pack-decisions.js';
import { ReceiptSigner } from './receipt-signer.js';

const decision: Decision = {
  experimentId: '0e57fbe7-6942-50ba-851a-57e24e17a200',
  id: 'p-1',
  at: 1_795_382_366_071,
  revision: 1,
  evidenceVersion: 7,
  unit: null,
  arm: 'a',
  propensity: 0.75,
  probabilities: [0.75, 0.25, null],
};
const signer = new ReceiptSigner(Buffer.from('0123456789abcdef0123456789abcdef'));

/** Made with Python's json, hmac and base64. */
const TOKEN =
  'WzEsWyIwZTU3ZmJlNy02OTQyLTUwYmEtODUxYS01N2UyNGUxN2EyMDAiLCJwLTEiLDE3OTUzODIzNjYwNzEsMSw3LG51bGwsImEiLDAuNzUsWzAuNzUsMC4yNSxudWxsXV1d.S_9aN8kQiNZqNtxpVbJPEA';

it('signs as an independent HMAC-SHA256 does', () => {
  expect(signer.sign([decision])).toBe(TOKEN);
  expect(signer.open(TOKEN)).toEqual([decision]);
});

it('carries several decisions and any text', () => {
  const unknown = { ...decision, propensity: null, probabilities: [null, null] };
  const decisions = [decision, unknown, { ...decision, unit: 'Zoë 🐧', propensity: 0.1 + 0.2, arm: '"' }];
  expect(signer.open(signer.sign(decisions))).toEqual(decisions);
});

it('refuses a token with any character changed', () => {
  for (let i = 0; i < TOKEN.length; i++) {
    const changed = TOKEN.slice(0, i) + (TOKEN[i] === '~' ? '!' : '~') + TOKEN.slice(i + 1);
    expect(() => signer.open(changed)).toThrow('the receipt is not valid');
  }
});

it.each([
  ['', 'it must have the form payload.signature'],
  ['a.b.c', 'it must have the form payload.signature'],
  ['x'.repeat(20_000), 'it must have at most 16384 characters, got 20000'],
  ['abc.def', 'its signature is wrong'],
])('refuses %.20j', (token, reason) => {
  expect(() => signer.open(token)).toThrow(reason);
});

it('refuses a receipt that another key signed, and a short key', () => {
  const other = new ReceiptSigner(Buffer.alloc(32, 1));
  expect(() => other.open(TOKEN)).toThrow('its signature is wrong');
  expect(() => new ReceiptSigner(Buffer.alloc(8))).toThrow('at least 16 bytes, got 8');
});

it.each<[string, Record<string, unknown>]>([
  ['experimentId', { experimentId: 'e' }],
  ['id', { id: 'a\0b' }],
  ['id', { id: '' }],
  ['id', { id: 'x'.repeat(257) }],
  ['at', { at: -1 }],
  ['at', { at: 1e18 }],
  ['revision', { revision: 1.5 }],
  ['evidenceVersion', { evidenceVersion: '7' }],
  ['unit', { unit: '\ud800' }],
  ['arm', { arm: null }],
  ['propensity', { propensity: 0 }],
  ['probabilities', { probabilities: [2] }],
])('refuses packed decisions with a wrong %s', (field, given) => {
  const packed = packDecisions([{ ...decision, ...given } as Decision]);
  expect(() => unpackDecisions(packed)).toThrow(`${field} cannot be`);
});

it.each(['', '{', 'null', '{}', '[]', '[2]', '[1,7]', '[1,[]]'])('refuses %j as packed decisions', (text) => {
  expect(() => unpackDecisions(text)).toThrow('the packed decisions cannot be read');
});

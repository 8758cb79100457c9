import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { belongs, type CertificateSet, renewed, type UncheckedSet } from './certificate-set.js';

const HOSTS = ['webhooks.models.svc', '127.0.0.1'];
const NOTHING: UncheckedSet = { serving: {} };
const START = new Date('2026-03-01T12:00:00Z');
const days = (count: number) => new Date(START.getTime() + count * 24 * 60 * 60_000);

describe('renewed', () => {
  it('issues a serving certificate for names and addresses, and the authority that signs it', async () => {
    const { serving, authority, bundle } = await renewed(NOTHING, HOSTS, START);
    const [certificate, issuer] = [new X509Certificate(serving.cert), new X509Certificate(authority.cert)];
    expect(bundle.trim()).toBe(authority.cert.trim());
    expect(certificate.verify(issuer.publicKey) && certificate.checkIssued(issuer)).toBe(true);
    expect(certificate.checkHost('webhooks.models.svc')).toBe('webhooks.models.svc');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect([issuer.ca, certificate.ca]).toEqual([true, false]);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(belongs(serving.cert, serving.key) && belongs(authority.cert, authority.key)).toBe(true);
    expect([certificate, issuer].map(({ validTo }) => new Date(validTo))).toEqual([days(90), days(3650)]);
  });

  it('keeps what is not due', async () => {
    const first = await renewed(NOTHING, HOSTS, START);
    expect(await renewed(stored(first), HOSTS, days(59))).toEqual(first);
  });

  it('renews the serving certificate after two thirds of its time, and long after its end', async () => {
    const first = await renewed(NOTHING, HOSTS, START);
    for (const now of [days(61), days(200)]) {
      const next = await renewed(stored(first), HOSTS, now);
      expect(next.serving).not.toEqual(first.serving);
      expect({ ...next, serving: null }).toEqual({ ...first, serving: null });
      expect(isTrusted(next, first.bundle)).toBe(true);
    }
  });

  it('has an authority trusted before it signs: the one before signs once more', async () => {
    const first = await renewed(NOTHING, HOSTS, START);
    const second = await renewed(stored(first), HOSTS, days(2450));
    expect(second.authority).not.toEqual(first.authority);
    expect(second.bundle).toBe(`${second.authority.cert}${first.authority.cert}`);
    expect(isTrusted(second, first.bundle)).toBe(true);
    expect(await renewed(stored(second), HOSTS, days(2451))).toEqual(second);
    const third = await renewed(stored(second), HOSTS, days(2515));
    expect(isTrusted(third, second.authority.cert)).toBe(true);
    expect(third.bundle).toBe(second.bundle);
  });

  it('forgets an authority that is not valid any more', async () => {
    const first = await renewed(NOTHING, HOSTS, START);
    const second = await renewed(stored(first), HOSTS, days(3000));
    const third = await renewed(stored(second), HOSTS, days(3700));
    expect(third.bundle).toBe(second.authority.cert);
    expect(isTrusted(third, third.bundle)).toBe(true);
  });

  it('never issues what is good for longer than its authority', async () => {
    const first = await renewed(NOTHING, HOSTS, START);
    const { serving } = await renewed(stored(first), HOSTS, days(3640));
    expect(new Date(new X509Certificate(serving.cert).validTo)).toEqual(days(3650));
  });

  it('starts anew when the authority has run out', async () => {
    const first = await renewed(NOTHING, HOSTS, START);
    const { authority, bundle } = await renewed(stored(first), HOSTS, days(4000));
    expect(bundle).toBe(authority.cert);
    expect(authority).not.toEqual(first.authority);
  });

  it('issues another serving certificate for other hosts', async () => {
    const first = await renewed(NOTHING, HOSTS, START);
    const { serving, authority } = await renewed(stored(first), ['other.svc'], START);
    expect(authority).toEqual(first.authority);
    expect(new X509Certificate(serving.cert).subjectAltName).toBe('DNS:other.svc');
  });

  it.each<[string, (set: UncheckedSet) => UncheckedSet]>([
    ['no serving certificate', (set) => ({ ...set, serving: { key: set.serving.key } })],
    ['a serving certificate that is none', (set) => ({ ...set, serving: { ...set.serving, cert: 'none' } })],
    ['a key that is none', (set) => ({ ...set, serving: { ...set.serving, key: 'none' } })],
    ['the key of another', (set) => ({ ...set, serving: { ...set.serving, key: set.authorityKey } })],
  ])('mends %s with the authority that there is', async (_, damage) => {
    const first = await renewed(NOTHING, HOSTS, START);
    const mended = await renewed(damage(stored(first)), HOSTS, START);
    expect(mended.authority).toEqual(first.authority);
    expect(belongs(mended.serving.cert, mended.serving.key) && isTrusted(mended, first.bundle)).toBe(true);
  });

  it.each<[string, (set: UncheckedSet) => UncheckedSet, number]>([
    ['no authority', (set) => ({ ...set, bundle: undefined }), 1],
    ['an authority that is none', (set) => ({ ...set, bundle: 'none' }), 1],
    ['a serving certificate as authority', (set) => ({ ...set, bundle: set.serving.cert }), 1],
    ['no key of the authority', (set) => ({ ...set, authorityKey: undefined }), 2],
    ['the key of another as its key', (set) => ({ ...set, authorityKey: set.serving.key }), 2],
  ])('makes an authority anew for %s, and goes on trusting the one before', async (_, damage, count) => {
    const first = await renewed(NOTHING, HOSTS, START);
    const mended = await renewed(damage(stored(first)), HOSTS, START);
    expect(mended.authority).not.toEqual(first.authority);
    expect(isTrusted(mended, mended.authority.cert)).toBe(true);
    expect(mended.bundle.match(/BEGIN/g)).toHaveLength(count);
  });

  it('does not let the bundle grow without end', async () => {
    let set: UncheckedSet = NOTHING;
    for (let i = 0; i < 6; i++)
      set = { ...stored(await renewed(set, HOSTS, START)), authorityKey: undefined };
    expect(set.bundle!.match(/BEGIN/g)).toHaveLength(4);
  });

  const openssl = hasOpenssl();
  const withOpenssl = openssl === null ? it : it.skip;

  withOpenssl(`makes a chain that openssl accepts${openssl === null ? '' : `: ${openssl}`}`, async () => {
    const first = await renewed(NOTHING, HOSTS, START);
    const second = await renewed(stored(first), HOSTS, days(2450));
    expect(verified(first.serving.cert, first.bundle, days(1))).toMatch(/OK/);
    expect(verified(second.serving.cert, second.bundle, days(2451))).toMatch(/OK/);
    expect(verified(second.serving.cert, first.bundle, days(2451))).toMatch(/OK/);
    expect(() => verified(first.serving.cert, first.bundle, days(91))).toThrow(/expired/);
    expect(() => verified(second.serving.cert, second.authority.cert, days(2451))).toThrow(/issuer/);
  });
});

function stored({ serving, authority, bundle }: CertificateSet): UncheckedSet {
  return { serving, authorityKey: authority.key, bundle };
}

function isTrusted({ serving }: CertificateSet, bundle: string): boolean {
  const certificate = new X509Certificate(serving.cert);
  const authorities = bundle.split(/(?<=END CERTIFICATE-----\n)/).map((pem) => new X509Certificate(pem));
  return authorities.some((issuer) => certificate.verify(issuer.publicKey));
}

function hasOpenssl(): string | null {
  try {
    execFileSync('openssl', ['version']);
    return null;
  } catch {
    return 'there is no openssl';
  }
}

function verified(cert: string, bundle: string, at: Date): string {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-certificates-'));
  const [leaf, trusted] = [join(folder, 'leaf.pem'), join(folder, 'trusted.pem')];
  writeFileSync(leaf, cert);
  writeFileSync(trusted, bundle);
  const checks = ['-x509_strict', '-purpose', 'sslserver', '-verify_hostname', HOSTS[0]!];
  const time = ['-attime', String(Math.floor(at.getTime() / 1000))];
  try {
    return execFileSync('openssl', ['verify', ...checks, ...time, '-CAfile', trusted, leaf], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

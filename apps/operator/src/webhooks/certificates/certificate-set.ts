import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { issueAuthority, issueServing, type KeyPair } from './issue.js';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** Of an authority's certificates that are kept, the new one among them. */
const MAX_AUTHORITIES = 4;
const RENEWED_AT = 2 / 3;

/** What is kept in the Secret. All PEM. */
export interface CertificateSet {
  readonly serving: KeyPair;
  /** Signs the next serving certificate. */
  readonly authority: KeyPair;
  /** The authority, and those before it that are still valid. */
  readonly bundle: string;
}

/** As it was read: nothing of it may be right. */
export interface UncheckedSet {
  readonly serving: { readonly cert?: string | undefined; readonly key?: string | undefined };
  readonly authorityKey?: string | undefined;
  readonly bundle?: string | undefined;
}

/**
 * The set to serve with at this time: what of it is whole and not due is kept. A new authority signs nothing when the
 * old one can sign once more, so that all trust it long before they meet what it signed.
 */
export async function renewed(
  before: UncheckedSet,
  hosts: readonly string[],
  now: Date,
): Promise<CertificateSet> {
  const known = validAuthorities(before.bundle, now);
  const authority = authorityOf(before, known);
  if (authority === null) return fresh(known, hosts, now);
  const serving = servingOf(before, known);
  if (isDue(authority.cert, now)) {
    const next = await issueAuthority(now);
    const bundle = bundleOf([next.cert, ...known]);
    return { serving: await issueServing(authority, hosts, now), authority: next, bundle };
  }
  if (serving !== null && !isDue(serving.cert, now) && isFor(serving.cert, hosts)) {
    return { serving, authority, bundle: before.bundle! };
  }
  return { serving: await issueServing(authority, hosts, now), authority, bundle: bundleOf(known) };
}

async function fresh(known: readonly string[], hosts: readonly string[], now: Date): Promise<CertificateSet> {
  const authority = await issueAuthority(now);
  const serving = await issueServing(authority, hosts, now);
  return { serving, authority, bundle: bundleOf([authority.cert, ...known]) };
}

/** Null where it is missing, or its key is not its own. */
function authorityOf({ authorityKey: key }: UncheckedSet, [cert]: readonly string[]): KeyPair | null {
  return cert !== undefined && key !== undefined && belongs(cert, key) ? { cert, key } : null;
}

/** Null where it is missing, its key is not its own, or none of the authorities signed it. */
function servingOf({ serving: { cert, key } }: UncheckedSet, authorities: readonly string[]): KeyPair | null {
  if (cert === undefined || key === undefined || !belongs(cert, key)) return null;
  return authorities.some((authority) => isSignedBy(cert, authority)) ? { cert, key } : null;
}

/** Whether the key is that of the certificate; false as well where one cannot be read. */
export function belongs(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Newest first. */
function validAuthorities(bundle: string | undefined, now: Date): string[] {
  const all = bundle?.match(PEM_CERTIFICATE) ?? [];
  const lines = all.map((pem) => `${pem}\n`);
  return lines.filter((pem) => {
    try {
      const certificate = new X509Certificate(pem);
      return certificate.ca && isValid(certificate, now);
    } catch {
      return false;
    }
  });
}

function bundleOf(authorities: readonly string[]): string {
  return authorities.slice(0, MAX_AUTHORITIES).join('');
}

function isSignedBy(cert: string, authority: string): boolean {
  const certificate = new X509Certificate(cert);
  const issuer = new X509Certificate(authority);
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isValid({ validTo }: X509Certificate, now: Date): boolean {
  return now < new Date(validTo);
}

function isDue(cert: string, now: Date): boolean {
  const certificate = new X509Certificate(cert);
  const from = Date.parse(certificate.validFrom);
  return now.getTime() >= from + (Date.parse(certificate.validTo) - from) * RENEWED_AT;
}

function isFor(cert: string, hosts: readonly string[]): boolean {
  const certificate = new X509Certificate(cert);
  return hosts.every((host) => (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)));
}

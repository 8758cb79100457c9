import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { belongs } from './certificate-set.js';
import type { CertificateSource } from './certificate-source.js';
import type { KeyPair } from './issue.js';

/** A folder with `tls.crt` and `tls.key`, such as the mounted Secret of a Certificate of cert-manager. */
export class MountedCertificate implements CertificateSource {
  constructor(private readonly folder: string) {}

  async read(): Promise<KeyPair> {
    const [cert, key] = await Promise.all(
      ['tls.crt', 'tls.key'].map((name) => readFile(join(this.folder, name), 'utf8')),
    );
    if (belongs(cert!, key!)) return { cert: cert!, key: key! };
    throw new Error(`${this.folder}: expected tls.crt, a certificate, and tls.key, its key`);
  }
}

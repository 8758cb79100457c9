import type { CertificateSecret } from './certificate-secret.js';
import { renewed } from './certificate-set.js';
import type { CertificateSource } from './certificate-source.js';
import type { KeyPair } from './issue.js';
import type { TrustedBundle } from './trusted-bundle.js';

/** A certificate that the operator issues itself, and that is served only once its authority is trusted. */
export class OwnCertificate implements CertificateSource {
  constructor(
    private readonly secret: CertificateSecret,
    private readonly trusted: TrustedBundle,
    private readonly hosts: readonly string[],
    private readonly now: () => Date,
  ) {}

  async read(): Promise<KeyPair> {
    const { serving, bundle } = await this.secret.keep((before) => renewed(before, this.hosts, this.now()));
    await this.trusted.put(bundle);
    return serving;
  }
}

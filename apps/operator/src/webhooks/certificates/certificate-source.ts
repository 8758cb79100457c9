import type { KeyPair } from './issue.js';

/** Where the certificate of the webhooks comes from. */
export interface CertificateSource {
  /** The one to serve with from now on. Throws where there is none that works. */
  read(): Promise<KeyPair>;
}

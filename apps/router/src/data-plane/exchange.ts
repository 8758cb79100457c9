import type { IncomingHttpHeaders } from 'node:http';
import { dialects } from '#protocol';
import type { ServedDeployment } from '../deployments/served-deployment.js';

/** One request on its way through the data plane. */
export class Exchange {
  /** The predictor that serves it, once it is chosen. */
  predictor = '';

  constructor(
    readonly deployment: ServedDeployment,
    /** The client's, or a new one. */
    readonly puid: string,
    readonly headers: IncomingHttpHeaders,
    /** The node or model that the request names; undefined where it names none. */
    readonly name: string | undefined = undefined,
    /** When the client stops waiting, in milliseconds since 1970. */
    readonly deadline = Number.POSITIVE_INFINITY,
    /** The version that the request names, as `versions/2`. */
    readonly version: string | undefined = undefined,
  ) {}

  /** The model with its version, as components are asked for it; undefined where Seldon's protocol names a node. */
  get model(): string | undefined {
    if (this.name === undefined || this.deployment.dialect === dialects.seldon) return undefined;
    return this.version === undefined ? this.name : `${this.name}/${this.version}`;
  }
}

import type { IncomingHttpHeaders } from 'node:http';
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
    /** The node that the request names; undefined where it names none. */
    readonly node: string | undefined = undefined,
    /** When the client stops waiting, in milliseconds since 1970. */
    readonly deadline = Number.POSITIVE_INFINITY,
  ) {}
}

import type { Decision } from '#experiments';
import { Call } from '#graph';

/** A prediction's way through its graph, with the choices that were made on it. */
export class PredictionCall extends Call {
  readonly decisions: Decision[] = [];
}

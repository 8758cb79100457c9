import type { ArtefactUri } from './address/parse-uri.js';
import type { ArtefactLimits, ArtefactOptions } from './artefact-options.js';

/** One call of `fetchArtefact`. */
export interface Context extends ArtefactOptions {
  readonly uri: ArtefactUri;
  readonly limits: ArtefactLimits;
}

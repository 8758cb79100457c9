export type { ArtefactOptions } from './artefact-options.js';
export { artefactOptionsOf } from './configured-artefacts.js';
export { ArtefactError } from './errors.js';
export { fetchArtefact } from './fetch-artefact.js';
export { pathInside } from './local.js';
export { progressLines } from './progress-lines.js';

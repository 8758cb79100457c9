export type { ServiceType } from './component-config.js';
export { readEnvironment } from './environment.js';
export { findClass } from './find-class.js';
export { readParameters } from './read-parameters.js';
export { startWorkers } from './workers/start-workers.js';

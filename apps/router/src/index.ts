export type { RouterConfig } from './router-config.js';
export { type RunningRouter, startRouter } from './start-router.js';

export { loadConfig as loadRouterConfig } from './config.js';
export type { RouterConfig } from './router-config.js';
export { type RunningRouter, startRouter } from './start-router.js';

export { loadConfig as loadRouterConfig } from './config.js';
export { engineEnvironment, type RouterConfig } from './router-config.js';
export { type RunningRouter, startRouter } from './start-router.js';

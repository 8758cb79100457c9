export type { AdminConfig } from './config.js';
export { type RunningAdmin, startAdmin } from './start-admin.js';

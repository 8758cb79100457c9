export { type AdminConfig, loadConfig as loadAdminConfig } from './config.js';
export { type RunningAdmin, startAdmin } from './start-admin.js';

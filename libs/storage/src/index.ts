export { ApiKeys } from './api-keys.js';
export { InvalidRouterRoleError, NewerDatabaseError, RouterRoleError } from './errors.js';
export { migrateDatabase, missingFromDatabase } from './migrate-database.js';
export { ensurePartitions } from './partitions.js';
export { DecisionIntake, type TakenDecisions } from './redis/decision-intake.js';
export type { RouterRole } from './router-role.js';
export { StorageModule, type StorageOptions } from './storage.module.js';
export { isStoreUnavailable } from './store-unavailable.js';

export { ApiKeys } from './api-keys.js';
export { NewerDatabaseError } from './errors.js';
export { migrateDatabase } from './migrate-database.js';
export { ensurePartitions } from './partitions.js';
export { DecisionIntake, type TakenDecisions } from './redis/decision-intake.js';
export { StorageModule, type StorageOptions } from './storage.module.js';

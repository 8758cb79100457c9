export { NewerDatabaseError } from './errors.js';
export { migrateDatabase } from './migrate-database.js';
export { ensurePartitions } from './partitions.js';

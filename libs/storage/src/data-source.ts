import { DataSource } from 'typeorm';
import { databaseOptions } from './database-options.js';

/** For the TypeORM command line, which needs `DATABASE_URL`. */
export default new DataSource(databaseOptions(process.env.DATABASE_URL ?? ''));

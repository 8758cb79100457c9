import type { DataSourceOptions } from 'typeorm';
import * as migrations from '#migrations';
import { ApiKeyEntity } from './entities/api-key.entity.js';
import { DecisionEntity } from './entities/decision.entity.js';
import { EvidenceEntity } from './entities/evidence.entity.js';
import { ExperimentEntity } from './entities/experiment.entity.js';
import { RevisionEntity } from './entities/revision.entity.js';
import { RewardEntity } from './entities/reward.entity.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** Folds and verification, which may take longer, set their own. */
const STATEMENT_TIMEOUT_MS = 15_000;

export function databaseOptions(databaseUrl: string, poolSize = 10): DataSourceOptions {
  return {
    type: 'postgres',
    url: databaseUrl,
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { statement_timeout: STATEMENT_TIMEOUT_MS },
    applicationName: 'switchyard',
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    entities: [ExperimentEntity, RevisionEntity, DecisionEntity, RewardEntity, EvidenceEntity, ApiKeyEntity],
    migrations: Object.values(migrations),
  };
}

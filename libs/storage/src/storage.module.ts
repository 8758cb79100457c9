import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  DecisionStream,
  ExperimentStore,
  Ledger,
  RewardLedger,
  SnapshotPublisher,
  SnapshotSource,
} from '#experiments';
import { ApiKeys } from './api-keys.js';
import { databaseOptions } from './database-options.js';
import { LateDatabase } from './late-database.js';
import { PostgresExperimentStore } from './postgres-experiment-store.js';
import { PostgresLedger } from './postgres-ledger.js';
import { PostgresRewardLedger } from './postgres-reward-ledger.js';
import { DecisionIntake } from './redis/decision-intake.js';
import { RedisConnections } from './redis/redis-connections.js';
import { RedisDecisionStream } from './redis/redis-decision-stream.js';
import { RedisSnapshotPublisher } from './redis/redis-snapshot-publisher.js';
import { RedisSnapshotSource } from './redis/redis-snapshot-source.js';

export interface StorageOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Connections to Postgres at most. */
  readonly poolSize?: number;
  /** Start without the database too: queries fail until it can be reached. */
  readonly mayBeAway?: boolean;
}

type Factory<T> = (database: DataSource, redis: RedisConnections) => T;

/** The ports of #experiments over Postgres and Redis, over a migrated database; starts with Redis away. */
@Module({})
export class StorageModule {
  static forRoot({ databaseUrl, redisUrl, poolSize, mayBeAway = false }: StorageOptions): DynamicModule {
    const providers = [
      provide(ExperimentStore, (database) => new PostgresExperimentStore(database)),
      provide(RewardLedger, (database) => new PostgresRewardLedger(database)),
      provide(Ledger, (database) => new PostgresLedger(database)),
      provide(ApiKeys, (database) => new ApiKeys(database)),
      provide(DecisionStream, (_database, redis) => new RedisDecisionStream(redis.commands)),
      provide(DecisionIntake, (_database, redis) => new DecisionIntake(redis.commands)),
      provide(SnapshotPublisher, (database, redis) => new RedisSnapshotPublisher(database, redis.commands)),
      provide(SnapshotSource, (database, redis) => new RedisSnapshotSource(database, redis)),
    ];
    const options = databaseOptions(databaseUrl, poolSize);
    return {
      module: StorageModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...options, retryAttempts: 0, manualInitialization: mayBeAway })],
      providers: [databaseProvider(mayBeAway), redisProvider(redisUrl), ...providers],
      exports: [
        ExperimentStore,
        RewardLedger,
        Ledger,
        ApiKeys,
        DecisionStream,
        DecisionIntake,
        SnapshotPublisher,
        SnapshotSource,
      ],
    };
  }
}

function provide<T>(token: abstract new (...args: never[]) => T, useFactory: Factory<T>): Provider {
  return { provide: token, useFactory, inject: [DataSource, RedisConnections] };
}

function databaseProvider(mayBeAway: boolean): Provider {
  const connect = (dataSource: DataSource) => LateDatabase.connect(dataSource);
  return { provide: LateDatabase, useFactory: mayBeAway ? connect : () => null, inject: [DataSource] };
}

/** After the database: nobody would close it where that cannot be reached. */
function redisProvider(redisUrl: string): Provider {
  return { provide: RedisConnections, useFactory: () => connected(redisUrl), inject: [DataSource] };
}

async function connected(redisUrl: string): Promise<RedisConnections> {
  const connections = new RedisConnections(redisUrl);
  await connections.settled();
  return connections;
}

import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { DecisionStream, RewardLedger, SnapshotSource } from '#experiments';
import { ManifestSnapshots } from './manifest-snapshots.js';
import type { Manifests } from './manifests.js';
import { NoDecisionStream } from './no-decision-stream.js';
import { NoRewardLedger } from './no-reward-ledger.js';

/** In place of the stores where there are none: graphs are served, and nothing is recorded or learned. */
@Module({})
export class UnrecordedModule {
  static forRoot(manifests: Manifests): DynamicModule {
    new Logger('Router').warn(
      'DATABASE_URL and REDIS_URL are not set: no decision and no reward is recorded',
    );
    return {
      module: UnrecordedModule,
      global: true,
      providers: [
        { provide: SnapshotSource, useFactory: () => new ManifestSnapshots(manifests) },
        { provide: DecisionStream, useClass: NoDecisionStream },
        { provide: RewardLedger, useClass: NoRewardLedger },
      ],
      exports: [SnapshotSource, DecisionStream, RewardLedger],
    };
  }
}

import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Registry } from 'prom-client';
import { ReceiptSigner } from '#experiments';
import { StorageModule } from '#storage';
import { DataPlane } from './data-plane/data-plane.js';
import { Endpoints } from './data-plane/endpoints.js';
import { DecisionLog } from './decisions/decision-log.js';
import { Deployments } from './deployments/deployments.js';
import { DecisionFinder } from './feedback/decision-finder.js';
import { FeedbackHandler } from './feedback/feedback-handler.js';
import { PlainFeedback } from './feedback/plain-feedback.js';
import { RewardRecorder } from './feedback/reward-recorder.js';
import { SeldonFeedbackForm } from './feedback/seldon-feedback.js';
import { HealthController } from './health/health.controller.js';
import { MetadataHandler } from './inspection/metadata-handler.js';
import { ReadyHandler } from './inspection/ready-handler.js';
import { StatusHandler } from './inspection/status-handler.js';
import { ExperimentMetrics } from './metrics/experiment-metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { RequestDurations } from './metrics/request-durations.js';
import { RewardCounters } from './metrics/reward-counters.js';
import { PredictionHandler } from './predictions/prediction-handler.js';
import { DEFAULT_MAX_BODY_BYTES, type RouterConfig } from './router-config.js';
import { Snapshots } from './snapshots/snapshots.js';
import { StatusFilter } from './status.filter.js';

@Module({})
export class RouterModule {
  static forRoot(config: RouterConfig): DynamicModule {
    return {
      module: RouterModule,
      imports: [StorageModule.forRoot(config)],
      controllers: [HealthController, MetricsController],
      providers: [
        Snapshots,
        DecisionLog,
        DecisionFinder,
        RewardRecorder,
        RewardCounters,
        PlainFeedback,
        SeldonFeedbackForm,
        FeedbackHandler,
        PredictionHandler,
        RequestDurations,
        ExperimentMetrics,
        { provide: APP_FILTER, useClass: StatusFilter },
        { provide: Registry, useFactory: () => new Registry() },
        { provide: ReceiptSigner, useFactory: () => new ReceiptSigner(config.receiptKey) },
        {
          provide: Deployments,
          inject: [Snapshots],
          useFactory: (snapshots: Snapshots) => Deployments.serve(config, snapshots),
        },
        {
          provide: DataPlane,
          inject: [Deployments, PredictionHandler, FeedbackHandler, RequestDurations],
          useFactory: (
            deployments: Deployments,
            predictions: PredictionHandler,
            feedback: FeedbackHandler,
            durations: RequestDurations,
          ) =>
            new DataPlane(
              new Endpoints(deployments.all, config.engine ?? {}),
              {
                predictions,
                feedback,
                status: new StatusHandler(),
                metadata: new MetadataHandler(),
                ready: new ReadyHandler(),
              },
              durations,
              config.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
            ),
        },
      ],
    };
  }
}

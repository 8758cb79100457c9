import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Registry } from 'prom-client';
import { ReceiptSigner } from '#experiments';
import { StorageModule } from '#storage';
import { DataPlane } from './data-plane/data-plane.js';
import { Endpoints } from './data-plane/endpoints.js';
import { HANDLERS, type Handlers } from './data-plane/handler.js';
import { DecisionLog } from './decisions/decision-log.js';
import { Deployments } from './deployments/deployments.js';
import { DecisionFinder } from './feedback/decision-finder.js';
import { FeedbackHandler } from './feedback/feedback-handler.js';
import { PlainFeedback } from './feedback/plain-feedback.js';
import { RewardRecorder } from './feedback/reward-recorder.js';
import { SeldonFeedbackForm } from './feedback/seldon-feedback.js';
import { EngineRpc } from './grpc/engine-rpc.js';
import { HealthController } from './health/health.controller.js';
import { inspectionHandlers } from './inspection/handlers.js';
import { ExperimentMetrics } from './metrics/experiment-metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { RequestDurations } from './metrics/request-durations.js';
import { RequestsInFlight } from './metrics/requests-in-flight.js';
import { RewardCounters } from './metrics/reward-counters.js';
import { PayloadLog } from './payload-log/payload-log.js';
import { PredictionHandler } from './predictions/prediction-handler.js';
import { DEFAULT_MAX_BODY_BYTES, type RouterConfig } from './router-config.js';
import { Shadows } from './shadows/shadows.js';
import { Snapshots } from './snapshots/snapshots.js';
import { StatusFilter } from './status.filter.js';
import { UnrecordedModule } from './unrecorded/unrecorded.module.js';

@Module({})
export class RouterModule {
  static forRoot(config: RouterConfig): DynamicModule {
    return {
      module: RouterModule,
      imports: [storesOf(config)],
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
        RequestsInFlight,
        ExperimentMetrics,
        PayloadLog,
        Shadows,
        { provide: APP_FILTER, useClass: StatusFilter },
        ...configured(config),
      ],
    };
  }
}

function storesOf({ databaseUrl, redisUrl, deployments }: RouterConfig): DynamicModule {
  if (databaseUrl && redisUrl) return StorageModule.forRoot({ databaseUrl, redisUrl });
  return UnrecordedModule.forRoot(deployments.map(({ deployment }) => deployment));
}

/** Those that need the configuration or are made of others. */
function configured(config: RouterConfig): Provider[] {
  const { maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = config;
  return [
    { provide: Registry, useFactory: () => new Registry() },
    { provide: ReceiptSigner, useFactory: () => new ReceiptSigner(config.receiptKey) },
    {
      provide: Deployments,
      inject: [Snapshots, PayloadLog],
      useFactory: (snapshots: Snapshots, payloads: PayloadLog) =>
        Deployments.serve(config, { snapshots, payloads }),
    },
    {
      provide: HANDLERS,
      inject: [PredictionHandler, FeedbackHandler],
      useFactory: (predictions: PredictionHandler, feedback: FeedbackHandler): Handlers => ({
        predictions,
        feedback,
        ...inspectionHandlers(config.version),
      }),
    },
    {
      provide: DataPlane,
      inject: [Deployments, HANDLERS, RequestDurations],
      useFactory: ({ all }: Deployments, handlers: Handlers, durations: RequestDurations) =>
        new DataPlane(new Endpoints(all, config.engine ?? {}), handlers, durations, maxBodyBytes),
    },
    {
      provide: EngineRpc,
      inject: [Deployments, HANDLERS, RequestDurations],
      useFactory: ({ all }: Deployments, handlers: Handlers, durations: RequestDurations) =>
        new EngineRpc(all, handlers, durations),
    },
  ];
}

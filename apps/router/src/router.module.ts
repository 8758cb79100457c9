import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Registry } from 'prom-client';
import { ReceiptSigner } from '#experiments';
import { StorageModule } from '#storage';
import { DataPlane } from './data-plane/data-plane.js';
import { HANDLERS, type Handlers } from './data-plane/handler.js';
import { DecisionLog } from './decisions/decision-log.js';
import { ArmPlaces } from './deployments/arm-places.js';
import { Deployments } from './deployments/deployments.js';
import { ServedGraph } from './deployments/served-graph.js';
import type { SharedServices } from './deployments/served-predictor.js';
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
import { GraphController } from './reload/graph.controller.js';
import { GraphReloads, type GraphTrial } from './reload/graph-reloads.js';
import { DEFAULT_MAX_BODY_BYTES, type RouterConfig } from './router-config.js';
import { Shadows } from './shadows/shadows.js';
import { SnapshotKeeper } from './snapshots/snapshot-keeper.js';
import { Snapshots } from './snapshots/snapshots.js';
import { StatusFilter } from './status.filter.js';
import { Manifests } from './unrecorded/manifests.js';
import { UnrecordedModule } from './unrecorded/unrecorded.module.js';

const SHARED_SERVICES = Symbol('SharedServices');

@Module({})
export class RouterModule {
  static forRoot(config: RouterConfig): DynamicModule {
    const manifests = new Manifests(config.deployments.map(({ deployment }) => deployment));
    return {
      module: RouterModule,
      imports: [storesOf(config, manifests)],
      controllers: [HealthController, MetricsController, GraphController],
      providers: [
        Snapshots,
        ArmPlaces,
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
        ...graphProviders(config, manifests),
        ...configured(config),
      ],
    };
  }
}

function storesOf({ databaseUrl, redisUrl }: RouterConfig, manifests: Manifests): DynamicModule {
  if (databaseUrl && redisUrl) return StorageModule.forRoot({ databaseUrl, redisUrl, mayBeAway: true });
  return UnrecordedModule.forRoot(manifests);
}

/** The graph, how it is replaced, and what is kept of its experiments. */
function graphProviders(config: RouterConfig, manifests: Manifests): Provider[] {
  const services = [Snapshots, PayloadLog, ArmPlaces];
  const servicesOf = (snapshots: Snapshots, payloads: PayloadLog, places: ArmPlaces): SharedServices => ({
    ...{ snapshots, payloads, places },
  });
  return [
    { provide: SHARED_SERVICES, inject: services, useFactory: servicesOf },
    {
      provide: Deployments,
      inject: [SHARED_SERVICES],
      useFactory: async (shared: SharedServices) =>
        new Deployments(await ServedGraph.serve(config.deployments, config, shared)),
    },
    {
      provide: GraphReloads,
      inject: [Deployments, SHARED_SERVICES, Registry],
      useFactory: (deployments: Deployments, shared: SharedServices, registry: Registry) => {
        let before = manifests.deployments;
        const trial: GraphTrial = {
          serve: (sources) => {
            before = manifests.deployments;
            manifests.deployments = sources.map(({ deployment }) => deployment);
            return ServedGraph.serve(sources, config, shared, deployments.graph);
          },
          giveUp: () => {
            manifests.deployments = before;
          },
        };
        return new GraphReloads(config.graph, deployments, trial, registry);
      },
    },
    {
      provide: SnapshotKeeper,
      inject: [Snapshots, Deployments, Registry],
      useFactory: (snapshots: Snapshots, deployments: Deployments, registry: Registry) => {
        const folder = config.databaseUrl && config.redisUrl ? config.snapshotFolder : undefined;
        return new SnapshotKeeper(folder, snapshots, deployments, registry);
      },
    },
  ];
}

/** Those that need the configuration or are made of others. */
function configured(config: RouterConfig): Provider[] {
  const { maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = config;
  return [
    { provide: Registry, useFactory: () => new Registry() },
    { provide: ReceiptSigner, useFactory: () => new ReceiptSigner(config.receiptKey) },
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
      useFactory: (deployments: Deployments, handlers: Handlers, durations: RequestDurations) =>
        new DataPlane(deployments, handlers, durations, maxBodyBytes),
    },
    {
      provide: EngineRpc,
      inject: [Deployments, HANDLERS, RequestDurations],
      useFactory: (deployments: Deployments, handlers: Handlers, durations: RequestDurations) =>
        new EngineRpc(deployments, handlers, durations),
    },
  ];
}

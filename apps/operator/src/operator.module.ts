import { type DynamicModule, Module } from '@nestjs/common';
import { clusterAccess } from './api/cluster-access.js';
import { KubernetesClient } from './api/kubernetes-client.js';
import { HealthController } from './http/health.controller.js';
import { MetricsController } from './http/metrics.controller.js';
import { OperatorMetrics } from './metrics/operator-metrics.js';
import { Operator } from './operator.js';
import type { OperatorConfig } from './operator-config.js';
import { createWebhooks } from './webhooks/create-webhooks.js';

@Module({})
export class OperatorModule {
  static forRoot(config: OperatorConfig): DynamicModule {
    const access = () => clusterAccess(config.kubeconfig, config.apiServer);
    return {
      module: OperatorModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: OperatorMetrics, useFactory: () => new OperatorMetrics() },
        {
          provide: KubernetesClient,
          useFactory: (metrics: OperatorMetrics) => new KubernetesClient(access, metrics.apiCalls),
          inject: [OperatorMetrics],
        },
        {
          provide: Operator,
          useFactory: (client: KubernetesClient, metrics: OperatorMetrics) =>
            new Operator(client, metrics, createWebhooks(client, metrics, config), config),
          inject: [KubernetesClient, OperatorMetrics],
        },
      ],
    };
  }
}

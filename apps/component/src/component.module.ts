import cluster from 'node:cluster';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Registry } from 'prom-client';
import { loadUserObject, UserModel } from '#sdk';
import { COMPONENT_CONFIG, type ComponentConfig, type ServiceType } from './component-config.js';
import { UnusableServiceError } from './errors.js';
import { UnitMetrics } from './metrics/unit-metrics.js';
import { Microservice } from './microservice.js';
import { ErrorFilter } from './rest/error.filter.js';
import { HealthController } from './rest/health.controller.js';
import { MicroserviceController } from './rest/microservice.controller.js';

/** Without these a component of the type could answer nothing but errors. */
const REQUIRED: Partial<Record<ServiceType, 'route' | 'aggregate'>> = {
  ROUTER: 'route',
  COMBINER: 'aggregate',
};

@Module({})
export class ComponentModule {
  static forRoot(config: ComponentConfig): DynamicModule {
    return {
      module: ComponentModule,
      controllers: [MicroserviceController, HealthController],
      providers: [
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: COMPONENT_CONFIG, useValue: config },
        { provide: Registry, useFactory: () => new Registry() },
        {
          provide: UnitMetrics,
          inject: [Registry],
          useFactory: (registry: Registry) =>
            new UnitMetrics(registry, config.identity, cluster.worker?.id ?? 0),
        },
        {
          provide: UserModel,
          inject: [UnitMetrics],
          useFactory: (metrics: UnitMetrics) => startModel(config, metrics),
        },
        {
          provide: Microservice,
          inject: [UserModel, UnitMetrics],
          useFactory: (model: UserModel, metrics: UnitMetrics) => new Microservice(model, metrics),
        },
      ],
    };
  }
}

async function startModel(config: ComponentConfig, metrics: UnitMetrics): Promise<UserModel> {
  const { file, classNames, parameters, identity, answerMetrics, serviceType } = config;
  const user = await loadUserObject({ file, names: classNames, parameters });
  const model = new UserModel(user, {
    unit: identity.unit,
    image: identity.image,
    answerMetrics,
    observe: (created, call) => metrics.observe(created, call),
  });
  const required = REQUIRED[serviceType];
  if (required && !model.has(required)) throw new UnusableServiceError(serviceType, required, file);
  return model;
}

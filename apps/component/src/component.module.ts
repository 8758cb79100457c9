import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { UserModel } from '#sdk';
import { COMPONENT_CONFIG, type ComponentConfig } from './component-config.js';
import { GrpcController } from './grpc/grpc.controller.js';
import type { UnitMetrics } from './metrics/unit-metrics.js';
import { Microservice } from './microservice.js';
import { ErrorFilter } from './rest/error.filter.js';
import { HealthController } from './rest/health.controller.js';
import { MicroserviceController } from './rest/microservice.controller.js';
import { OpenApiController } from './rest/open-api.controller.js';

/** What is there before the server: a class that cannot start is not the framework's failure. */
export interface ComponentParts {
  readonly config: ComponentConfig;
  readonly metrics: UnitMetrics;
  readonly model: UserModel;
}

@Module({})
export class ComponentModule {
  static forRoot({ config, metrics, model }: ComponentParts): DynamicModule {
    return {
      module: ComponentModule,
      controllers: [MicroserviceController, HealthController, OpenApiController, GrpcController],
      providers: [
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: COMPONENT_CONFIG, useValue: config },
        { provide: Microservice, useValue: new Microservice(model, metrics, config) },
      ],
    };
  }
}

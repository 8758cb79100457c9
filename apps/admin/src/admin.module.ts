import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { StorageModule } from '#storage';
import { ApiKeyGuard } from './auth/api-key.guard.js';
import type { AdminConfig } from './config.js';
import { DocsController } from './docs/docs.controller.js';
import { ErrorFilter } from './errors/error.filter.js';
import { ExperimentsController } from './experiments/experiments.controller.js';
import { ExperimentsService } from './experiments/experiments.service.js';
import { HealthController } from './health.controller.js';
import { PoliciesController } from './policies.controller.js';
import { ZodPipe } from './zod.pipe.js';

@Module({})
export class AdminModule {
  static forRoot({ databaseUrl, redisUrl }: AdminConfig): DynamicModule {
    return {
      module: AdminModule,
      imports: [StorageModule.forRoot({ databaseUrl, redisUrl })],
      controllers: [HealthController, ExperimentsController, PoliciesController, DocsController],
      providers: [
        ExperimentsService,
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_PIPE, useClass: ZodPipe },
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    };
  }
}

import { Controller, Get, Inject } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { COMPONENT_CONFIG, type ComponentConfig } from '../component-config.js';
import { openApiDocument } from './open-api.js';

@Controller()
export class OpenApiController {
  constructor(@Inject(COMPONENT_CONFIG) private readonly config: ComponentConfig) {}

  @Get('seldon.json')
  document(): OpenAPIObject {
    return openApiDocument(this.config.identity.unit);
  }
}

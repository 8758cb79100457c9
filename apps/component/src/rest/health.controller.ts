import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { Message } from '#protocol';
import { UserModel } from '#sdk';
import { COMPONENT_CONFIG, type ComponentConfig } from '../component-config.js';
import { readMetadata } from '../metadata.js';
import { Microservice } from '../microservice.js';
import { type Reply, send } from './reply.js';

@Controller()
export class HealthController {
  constructor(
    @Inject(Microservice) private readonly service: Microservice,
    @Inject(UserModel) private readonly model: UserModel,
    @Inject(COMPONENT_CONFIG) private readonly config: ComponentConfig,
  ) {}

  @Get('health/ping')
  @Header('content-type', 'text/plain')
  ping(): string {
    return 'pong';
  }

  @Get(['health/status', 'api/v1.0/health/status'])
  async status(@Res() reply: Reply): Promise<void> {
    send(reply, await this.service.health());
  }

  @Get(['metadata', 'api/v1.0/metadata'])
  async metadata(@Res() reply: Reply): Promise<void> {
    const { metadata, identity } = this.config;
    send(reply, Message.ofValue(await readMetadata(this.model.user, metadata, identity.image)));
  }
}

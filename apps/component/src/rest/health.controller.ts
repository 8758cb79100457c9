import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { Microservice } from '../microservice.js';
import { type Reply, send } from './reply.js';

@Controller()
export class HealthController {
  constructor(@Inject(Microservice) private readonly service: Microservice) {}

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
    send(reply, await this.service.metadata());
  }
}

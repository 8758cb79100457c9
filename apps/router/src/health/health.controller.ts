import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { Deployments } from '../deployments/deployments.js';

@Controller()
export class HealthController {
  constructor(private readonly deployments: Deployments) {}

  @Get('live')
  live(): void {}

  /** 200 once every experiment has a snapshot and every component can answer. */
  @Get('ready')
  async ready(): Promise<void> {
    try {
      await this.deployments.ready();
    } catch (error) {
      throw new ServiceUnavailableException((error as Error).message);
    }
  }
}

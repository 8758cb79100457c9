import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { Operator } from '../operator.js';

@Controller()
export class HealthController {
  constructor(private readonly operator: Operator) {}

  @Get('live')
  live(): void {}

  /** 200 once it knows the cluster, or stands by. */
  @Get('ready')
  ready(): void {
    const reason = this.operator.notReady();
    if (reason !== null) throw new ServiceUnavailableException(reason);
  }
}

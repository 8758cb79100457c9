import { Controller, Get, Header } from '@nestjs/common';
import { Registry } from 'prom-client';
import { OperatorMetrics } from '../metrics/operator-metrics.js';

@Controller()
export class MetricsController {
  constructor(private readonly metrics: OperatorMetrics) {}

  @Get('metrics')
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  all(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}

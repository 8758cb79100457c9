import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';

/** The predictions that this router is at work on, over REST and gRPC: what an autoscaler goes by. */
@Injectable()
export class RequestsInFlight {
  count = 0;

  constructor(registry: Registry) {
    const now = () => this.count;
    new Gauge({
      name: 'switchyard_requests_in_flight',
      help: 'Predictions that this process is at work on',
      registers: [registry],
      collect() {
        this.set(now());
      },
    });
  }
}

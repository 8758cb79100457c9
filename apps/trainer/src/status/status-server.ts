import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { type Page, type ShowPage, SideServer } from '#system';
import { FoldLoop } from '../fold-loop.js';

/** `GET /live`, `/ready` and `/metrics` of a trainer, for probes and for Prometheus. */
@Injectable()
export class StatusServer extends SideServer {
  constructor(loop: FoldLoop, registry: Registry) {
    super(
      new Map<string, ShowPage>([
        ['/live', () => ({ text: 'live\n' })],
        ['/ready', () => readiness(loop)],
        ['/metrics', async () => ({ text: await registry.metrics(), contentType: registry.contentType })],
      ]),
    );
  }
}

function readiness({ isReading }: FoldLoop): Page {
  return isReading ? { text: 'ready\n' } : { status: 503, text: 'the ledger cannot be read\n' };
}

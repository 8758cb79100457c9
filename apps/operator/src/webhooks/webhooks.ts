import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { CertificateSource } from './certificates/certificate-source.js';
import type { WebhookServer } from './webhook-server.js';

export interface WebhooksOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** How often the certificate is looked at, in milliseconds. */
  readonly interval: number;
  /** The same while there is none that works. */
  readonly retry: number;
}

/** The webhooks of this process: every replica serves, whoever leads. */
export class Webhooks {
  private readonly logger = new Logger('Webhooks');
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private used = '';
  private problem = 'the certificate of the webhooks has not been read';

  constructor(
    private readonly server: WebhookServer,
    private readonly source: CertificateSource,
    private readonly options: WebhooksOptions,
  ) {}

  /** The address; connections are taken once there is a certificate. */
  async start(): Promise<string> {
    const url = await this.server.listen(this.options.port, this.options.host);
    this.running = this.follow(this.stopping.signal);
    return url;
  }

  /** Null where they answer. */
  notReady(): string | null {
    return this.used === '' ? this.problem : null;
  }

  /** Resolves when what is under way has been answered. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.server.close(), this.running]);
  }

  private async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const works = await this.look();
      await sleep(works ? this.options.interval : this.options.retry, undefined, { signal }).catch(() => {});
    }
  }

  /** Never throws: the certificate of before serves on. */
  private async look(): Promise<boolean> {
    try {
      const pair = await this.source.read();
      if (pair.cert !== this.used) this.server.use(pair);
      this.used = pair.cert;
      this.problem = '';
      return true;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.problem) this.logger.warn(`the certificate: ${message}`);
      this.problem = message;
      return false;
    }
  }
}

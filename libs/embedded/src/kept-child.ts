import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const RESTART_DELAY_MS = 1000;
const STOP_LIMIT_MS = 90_000;

/** A child that is started again, on the same port, when it ends without being asked to. */
export class KeptChild {
  private readonly stopped = new AbortController();
  private restarting: Promise<void> = Promise.resolve();

  private constructor(
    private child: ChildProcess,
    private readonly service: string,
    private readonly start: () => Promise<ChildProcess>,
    private readonly report: (message: string) => void,
  ) {
    this.watch();
  }

  static async start(
    service: string,
    start: () => Promise<ChildProcess>,
    report: (message: string) => void,
  ): Promise<KeptChild> {
    return new KeptChild(await start(), service, start, report);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.restarting;
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    const gone = once(child, 'exit');
    if (child.connected) child.disconnect();
    await gone;
    clearTimeout(limit);
  }

  private watch(): void {
    this.child.once('exit', () => {
      if (!this.stopped.signal.aborted) this.restarting = this.restart();
    });
  }

  private async restart(): Promise<void> {
    this.report(`Embedded ${this.service} ended unexpectedly; starting it again.`);
    while (!this.stopped.signal.aborted) {
      try {
        this.child = await this.start();
        this.watch();
        return this.report(`Embedded ${this.service} runs again.`);
      } catch (error) {
        this.report((error as Error).message);
        await delay(RESTART_DELAY_MS, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      }
    }
  }
}

import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { WorkerStartError } from '../errors.js';
import { type FailureReport, isReport, type ReadyReport, STOP, TASK_VARIABLE } from './messages.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** A worker that lived this long has not failed for the reason of the one before. */
const STEADY_MS = 10_000;
/** A little longer than a worker waits for its requests. */
const STOP_MS = 17_000;

/** Keeps one worker running: the one that crashed is replaced, later and later while that helps nothing. */
export class WorkerSlot {
  private worker: Worker | undefined;
  private failure: FailureReport | undefined;
  private crashes = 0;
  private stopping = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly task: string,
    private readonly log: (line: string) => void,
  ) {}

  /** Resolves once the worker is ready, or rejects with `WorkerStartError`: what never ran is not tried again. */
  start(): Promise<ReadyReport> {
    const worker = this.fork();
    return new Promise((resolve, reject) => {
      let ready = false;
      worker.on('message', (message) => {
        if (!isReport(message) || !('ready' in message)) return;
        ready = true;
        resolve(message);
      });
      worker.once('exit', (code, signal) => {
        if (ready) this.replace(worker, code, signal);
        else
          reject(
            new WorkerStartError(
              this.failure?.failed ?? `a worker ended before it was ready: ${ending(code, signal)}`,
              this.failure?.userStack,
            ),
          );
      });
    });
  }

  /** Waits for the requests that are on their way, up to 17 seconds. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const { worker } = this;
    if (!worker || worker.isDead()) return;
    const ended = once(worker, 'exit');
    const kill = setTimeout(() => worker.process.kill('SIGKILL'), STOP_MS);
    if (worker.isConnected()) worker.send(STOP);
    await ended;
    clearTimeout(kill);
  }

  private fork(): Worker {
    const worker = cluster.fork({ [TASK_VARIABLE]: this.task });
    this.worker = worker;
    this.failure = undefined;
    worker.on('message', (message) => {
      if (isReport(message) && 'failed' in message) this.failure = message;
    });
    return worker;
  }

  private replace(worker: Worker, code: number, signal: string | null): void {
    if (this.stopping) return;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.crashes++, 16));
    const why = this.failure?.failed ?? ending(code, signal);
    this.log(`worker ${worker.process.pid} ended: ${why}; the next one starts in ${pause} ms`);
    this.timer = setTimeout(() => this.again(), pause);
  }

  private again(): void {
    const worker = this.fork();
    const steady = setTimeout(() => {
      this.crashes = 0;
    }, STEADY_MS);
    worker.once('exit', (code, signal) => {
      clearTimeout(steady);
      this.replace(worker, code, signal);
    });
  }
}

function ending(code: number | null, signal: string | null): string {
  return signal ? `signal ${signal}` : `exit status ${code}`;
}

import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { freePorts } from '#system';
import type { ComponentConfig } from '../component-config.js';
import type { WorkerTask } from './messages.js';
import { metricsServer } from './metrics-server.js';
import { WorkerSlot } from './worker-slot.js';

export interface WorkersOptions {
  readonly workers: number;
  /** 0 takes a free one. */
  readonly metricsPort: number;
  readonly metricsPath: string;
  /** Is told of every worker that ended unasked. */
  readonly log: (line: string) => void;
}

export interface RunningWorkers {
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly metricsPort: number;
  stop(): Promise<void>;
}

/**
 * Workers that share their ports, each with an instance of the class, ready when its `load()` is done; one more process for
 * the `customService()` of a class that has it. Rejects with
 * `WorkerStartError` where one of them cannot start.
 */
export async function startWorkers(
  config: ComponentConfig,
  { workers, metricsPort, metricsPath, log }: WorkersOptions,
): Promise<RunningWorkers> {
  const metrics = metricsServer(metricsPath);
  // A worker that replaces the only one must find the same ports.
  const [freeHttp, freeGrpc] = (await freePorts(2, config.host)) as [number, number];
  const httpPort = config.httpPort || freeHttp;
  const grpcPort = config.grpcPort || freeGrpc;
  cluster.setupPrimary({ exec: fileURLToPath(new URL('../main.js', import.meta.url)), args: [] });
  const slotFor = (runs: WorkerTask['runs']) =>
    new WorkerSlot(
      JSON.stringify({ runs, config: { ...config, httpPort, grpcPort } } satisfies WorkerTask),
      log,
    );
  const slots = Array.from({ length: workers }, () => slotFor('requests'));
  const stop = async () => {
    await Promise.all(slots.map((slot) => slot.stop()));
    await metrics.close();
  };
  try {
    const listening = await metrics.listen(metricsPort, config.host);
    const reports = await Promise.all(slots.map((slot) => slot.start()));
    if (reports[0]?.hasCustomService) {
      slots.push(slotFor('customService'));
      await slots.at(-1)!.start();
    }
    return { httpPort, grpcPort, metricsPort: listening, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

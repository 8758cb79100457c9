import cluster from 'node:cluster';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ComponentConfig } from '../component-config.js';
import type { WorkerTask } from './messages.js';
import { MetricsServer } from './metrics-server.js';
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
  const metrics = new MetricsServer(metricsPath);
  const httpPort = config.httpPort || (await freePort(config.host));
  const grpcPort = config.grpcPort || (await freePort(config.host));
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

/** A worker that replaces the only one must find the same port. */
async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

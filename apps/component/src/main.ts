import { AggregatorRegistry } from 'prom-client';
import { loadUserObject, messageOf, UnusableClassError } from '#sdk';
import type { ComponentConfig } from './component-config.js';
import {
  type FailureReport,
  STOP,
  TASK_VARIABLE,
  type WorkerReport,
  type WorkerTask,
} from './workers/messages.js';

/**
 * One worker, forked by `startWorkers`. A terminal's Ctrl-C reaches it as well, but when to stop is the primary's to say;
 * without a primary a worker of node:cluster ends by itself.
 */
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
// Answers the primary when it gathers the metrics, which must not wait for a class that loads.
new AggregatorRegistry();
AggregatorRegistry.setRegistries([]);
let stop = async () => process.exit(0);
process.on('message', (message) => {
  if (message === STOP) void stop();
});
try {
  const task = process.env[TASK_VARIABLE];
  if (task === undefined) throw new Error(`${TASK_VARIABLE} must be set: run "switchyard component"`);
  const { runs, config } = JSON.parse(task) as WorkerTask;
  await (runs === 'requests' ? serveRequests(config) : runCustomService(config));
} catch (error) {
  report(failureReport(error), () => process.exit(1));
}

async function serveRequests(config: ComponentConfig): Promise<void> {
  const { startComponent } = await import('./start-component.js');
  const component = await startComponent(config);
  AggregatorRegistry.setRegistries([component.registry]);
  stop = async () => {
    await component.close();
    process.exit(0);
  };
  report({ ready: true, hasCustomService: component.hasCustomService });
}

/** What it started keeps running when the method is done. */
async function runCustomService({ file, classNames, parameters }: ComponentConfig): Promise<void> {
  const user = await loadUserObject({ file, names: classNames, parameters });
  report({ ready: true, hasCustomService: true });
  await user.customService?.();
}

function failureReport(error: unknown): FailureReport {
  const { cause } = error as { cause?: unknown };
  const userStack = error instanceof UnusableClassError ? (cause as Error | undefined)?.stack : undefined;
  return { failed: messageOf(error), ...(userStack === undefined ? {} : { userStack }) };
}

function report(message: WorkerReport, sent: () => void = () => undefined): void {
  if (process.send) process.send(message, undefined, undefined, sent);
  else throw new Error(JSON.stringify(message));
}

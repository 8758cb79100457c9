import { AggregatorRegistry } from 'prom-client';
import { messageOf } from '#sdk';
import { CONFIG_VARIABLE, STOP, type WorkerReport } from './workers/messages.js';

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
  const config = process.env[CONFIG_VARIABLE];
  if (config === undefined) throw new Error(`${CONFIG_VARIABLE} must be set: run "switchyard component"`);
  const { startComponent } = await import('./start-component.js');
  const component = await startComponent(JSON.parse(config));
  AggregatorRegistry.setRegistries([component.registry]);
  stop = async () => {
    await component.close();
    process.exit(0);
  };
  report({ ready: true });
} catch (error) {
  report({ failed: messageOf(error) }, () => process.exit(1));
}

function report(message: WorkerReport, sent: () => void = () => undefined): void {
  if (process.send) process.send(message, undefined, undefined, sent);
  else throw new Error(JSON.stringify(message));
}

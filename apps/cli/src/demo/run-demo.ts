import { setTimeout as pause } from 'node:timers/promises';
import type { DemoClient } from './client.js';
import { createDisplay, type Display } from './display.js';
import { NoExperimentError } from './errors.js';
import type { Reading } from './gauges.js';
import { penguins, shuffled } from './penguins.js';
import { checkSums, type SumCheck } from './sums.js';
import { type Tally, Traffic } from './traffic.js';

const POLL_MS = 200;
const STILL_MS = 400;
/** How long the evidence may stand still before it is taken as final. */
const CATCH_UP_MS = 15_000;

export interface DemoRun {
  readonly url: string;
  /** `namespace/name` */
  readonly deployment: string;
  readonly count: number;
  readonly concurrency: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export interface DemoResult {
  readonly before: Reading;
  /** Null when the server could no longer be asked. */
  readonly after: Reading | null;
  readonly tally: Tally;
  readonly seconds: number;
  /** Stopped before all was sent, because requests kept failing. */
  readonly gaveUp: boolean;
  readonly checks: readonly SumCheck[];
}

/** Sends the traffic, shows it, and waits until the evidence has caught up with what was acknowledged. */
export async function runDemo(client: DemoClient, run: DemoRun): Promise<DemoResult> {
  const read = () => readExperiment(client, run);
  const before = await readWhenStill(read);
  const traffic = new Traffic(client, run.signal);
  const { tally } = traffic;
  const started = performance.now();
  const finished = traffic.send(shuffled(penguins(), run.count, run.seed), run.concurrency);
  const seconds = await showUntil(finished, createDisplay(process.stdout), async () => ({
    tally,
    count: run.count,
    seconds: (performance.now() - started) / 1000,
    reading: await read().catch(() => null),
  }));
  const after = await catchUp(read, before, tally);
  const checks = after ? checkSums(before, after, tally) : [];
  return { before, after, tally, seconds, gaveUp: traffic.gaveUp, checks };
}

/** The experiment that `deployment` runs. */
export async function readExperiment(
  client: DemoClient,
  { url, deployment }: Pick<DemoRun, 'url' | 'deployment'>,
): Promise<Reading> {
  const readings = await client.readings();
  const prefix = `${deployment.replace('/', '.')}.`;
  const reading = readings.find(({ experiment }) => experiment.startsWith(prefix));
  if (reading) return reading;
  throw new NoExperimentError(
    url,
    deployment,
    readings.map(({ experiment }) => experiment),
  );
}

/** Returns the seconds that `finished` took. */
async function showUntil(
  finished: Promise<void>,
  display: Display,
  progress: () => Promise<Parameters<Display['show']>[0]>,
): Promise<number> {
  let over = false;
  const ended = finished.finally(() => {
    over = true;
  });
  while (!over) {
    display.show(await progress());
    await Promise.race([ended, pause(display.everyMs)]);
  }
  const last = await progress();
  display.show(last);
  display.done();
  return last.seconds;
}

/** Rewards of an earlier run may still be folding; they must not count as this run's. */
async function readWhenStill(read: () => Promise<Reading>): Promise<Reading> {
  let reading = await read();
  for (let waited = 0; waited < CATCH_UP_MS; waited += STILL_MS) {
    await pause(STILL_MS);
    const next = await read();
    if (JSON.stringify(next.arms) === JSON.stringify(reading.arms)) return next;
    reading = next;
  }
  return reading;
}

/** The evidence once it holds everything acknowledged, or has stood still for long. */
async function catchUp(read: () => Promise<Reading>, before: Reading, tally: Tally): Promise<Reading | null> {
  let reading: Reading | null = null;
  let changed = performance.now();
  while (performance.now() - changed < CATCH_UP_MS) {
    const next = await read().catch(() => null);
    if (!next) return null;
    if (checkSums(before, next, tally).every(({ equal }) => equal)) return next;
    if (JSON.stringify(next) !== JSON.stringify(reading)) changed = performance.now();
    reading = next;
    await pause(POLL_MS);
  }
  return reading;
}

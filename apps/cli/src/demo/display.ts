import { createLogUpdate } from 'log-update';
import { armLine, armTable } from './arm-table.js';
import type { Reading } from './gauges.js';
import type { Tally } from './traffic.js';

const BAR_WIDTH = 40;
const REFRESH_MS = 150;
/** Output that cannot be refreshed gets a line now and then. */
const LINE_EVERY_MS = 2000;

/** Where the demo stands at one moment. */
interface Progress {
  readonly tally: Tally;
  readonly count: number;
  readonly seconds: number;
  /** Null until the router has been asked for the first time. */
  readonly reading: Reading | null;
}

export interface Display {
  readonly everyMs: number;
  show(progress: Progress): void;
  /** Leaves the last state standing. */
  done(): void;
}

/** A screen that refreshes on a terminal, plain lines elsewhere. */
export function createDisplay(out: NodeJS.WriteStream): Display {
  if (!out.isTTY) {
    return { everyMs: LINE_EVERY_MS, show: (progress) => out.write(`${line(progress)}\n`), done: () => {} };
  }
  const update = createLogUpdate(out);
  return { everyMs: REFRESH_MS, show: (progress) => update(screen(progress)), done: () => update.done() };
}

function screen(progress: Progress): string {
  const { tally, count, reading } = progress;
  const share = tally.rewarded / count;
  const filled = Math.round(share * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const table = reading ? `\n${armTable(reading)}` : '';
  return `${bar} ${(100 * share).toFixed(0)} %  ${counts(progress)}${table}`;
}

function line(progress: Progress): string {
  const arms = progress.reading?.arms.map(armLine).join('; ') ?? '';
  return `${counts(progress)}${arms === '' ? '' : ` | ${arms}`}`;
}

function counts({ tally, count, seconds }: Progress): string {
  const rate = seconds > 0 ? Math.round(tally.rewarded / seconds) : 0;
  return `${tally.rewarded} of ${count} predicted and rewarded, ${rate}/s, ${tally.failures} failed`;
}

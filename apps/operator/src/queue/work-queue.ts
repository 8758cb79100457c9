import { backOff } from './back-off.js';

/**
 * Keys that wait for their turn. A key waits at most once, and is never worked on twice at a time: one that is added
 * while it is worked on comes again afterwards.
 */
export class WorkQueue {
  private readonly waiting = new Set<string>();
  private readonly active = new Set<string>();
  private readonly again = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  private readonly idle: (() => void)[] = [];
  private isClosed = false;

  get length(): number {
    return this.waiting.size + this.again.size;
  }

  add(key: string): void {
    if (this.isClosed) return;
    if (this.active.has(key)) {
      this.again.add(key);
      return;
    }
    this.waiting.add(key);
    this.idle.shift()?.();
  }

  /** After some milliseconds, unless it is to come sooner already. */
  addAfter(key: string, milliseconds: number): void {
    const at = performance.now() + milliseconds;
    const known = this.timers.get(key);
    if (this.isClosed || (known && known.at <= at)) return;
    clearTimeout(known?.timer);
    const timer = setTimeout(() => {
      this.timers.delete(key);
      this.add(key);
    }, milliseconds);
    this.timers.set(key, { at, timer });
  }

  /** Later, and the later the more often it failed. */
  retry(key: string): void {
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    this.addAfter(key, backOff(failures));
  }

  /** The next failure of this key counts as the first. */
  succeeded(key: string): void {
    this.failures.delete(key);
  }

  /** Works on keys, several at a time, until `close`; resolves when those under way have ended. */
  async run(workers: number, work: (key: string) => Promise<void>): Promise<void> {
    await Promise.all(Array.from({ length: workers }, () => this.worker(work)));
  }

  close(): void {
    this.isClosed = true;
    for (const { timer } of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    for (const wake of this.idle.splice(0)) wake();
  }

  private async worker(work: (key: string) => Promise<void>): Promise<void> {
    while (!this.isClosed) {
      const [key] = this.waiting;
      if (key === undefined) {
        await new Promise<void>((wake) => this.idle.push(wake));
        continue;
      }
      this.waiting.delete(key);
      this.active.add(key);
      await work(key);
      this.active.delete(key);
      if (this.again.delete(key)) this.add(key);
    }
  }
}

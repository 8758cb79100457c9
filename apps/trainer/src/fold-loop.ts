import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ExperimentStore, Ledger, SnapshotPublisher } from '#experiments';
import { DecisionIntake, type TakenDecisions } from '#storage';
import type { TrainerIntervals } from './config.js';
import { LimitedLog } from './limited-log.js';
import { FoldMetrics } from './status/fold-metrics.js';
import { INTERVALS } from './tokens.js';

/** Stream entries of one experiment in one fold. */
const ENTRIES = 100;
const LONGEST_BACK_OFF_MS = 5_000;
const LONGEST_DRAIN_MS = 5_000;

type Taken = Pick<TakenDecisions, 'entries' | 'decisions'>;

/** Brings decisions and rewards into the evidence, one pass over all experiments after the other. */
@Injectable()
export class FoldLoop implements OnApplicationBootstrap {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private experiments: readonly string[] = [];
  private listedAt = Number.NEGATIVE_INFINITY;
  /** Experiments whose new evidence has not been announced. */
  private readonly unpublished = new Set<string>();
  /** What was read while another trainer folded the same experiment. */
  private readonly kept = new Map<string, Taken>();
  private failures = 0;

  constructor(
    private readonly store: ExperimentStore,
    private readonly ledger: Ledger,
    private readonly intake: DecisionIntake,
    private readonly publisher: SnapshotPublisher,
    private readonly log: LimitedLog,
    private readonly metrics: FoldMetrics,
    @Inject(INTERVALS) private readonly intervals: TrainerIntervals,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Whether the last pass could read the ledger; false before the first. */
  get isReading(): boolean {
    return this.failures === 0 && this.listedAt > Number.NEGATIVE_INFINITY;
  }

  /** Resolves when the fold under way has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Stops, and then folds what has arrived, as far as five seconds go: for a stop that the stream will not survive. */
  async drain(): Promise<void> {
    await this.stop();
    const given = new AbortController();
    const timer = setTimeout(() => given.abort(), LONGEST_DRAIN_MS);
    await Promise.race([this.passes(given.signal), once(given.signal, 'abort')]);
    clearTimeout(timer);
  }

  private async passes(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.pass(signal))) {}
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const progressed = await this.pass(signal);
      if (progressed) continue;
      await sleep(this.pause(), undefined, { signal }).catch(() => {});
    }
  }

  private pause(): number {
    return Math.min(
      this.intervals.fold * 2 ** this.failures,
      Math.max(LONGEST_BACK_OFF_MS, this.intervals.fold),
    );
  }

  /** Whether there may be more to do at once. */
  private async pass(signal: AbortSignal): Promise<boolean> {
    try {
      const pending = new Set(await this.ledger.withPendingRewards());
      await this.refresh();
      this.failures = 0;
      let progressed = false;
      for (const id of new Set([...this.experiments, ...pending])) {
        if (signal.aborted) break;
        progressed = (await this.foldSafely(id, pending.has(id))) || progressed;
      }
      return progressed;
    } catch (error) {
      this.failures = Math.min(this.failures + 1, 10);
      this.metrics.failed();
      this.log.warn('the ledger cannot be read', error);
      return false;
    }
  }

  private async refresh(): Promise<void> {
    const now = performance.now();
    if (now - this.listedAt < this.intervals.experiments) return;
    this.experiments = (await this.store.list()).map(({ id }) => id);
    this.listedAt = now;
  }

  private async foldSafely(id: string, rewarded: boolean): Promise<boolean> {
    try {
      return await this.fold(id, rewarded);
    } catch (error) {
      this.metrics.failed();
      this.log.warn(`experiment ${id} was not folded`, error);
      return false;
    }
  }

  private async fold(id: string, rewarded: boolean): Promise<boolean> {
    const taken = this.kept.get(id) ?? (await this.read(id));
    this.kept.delete(id);
    const { entries, decisions } = taken;
    if (entries.length > 0 || rewarded) {
      const folded = await this.ledger.fold(id, decisions);
      if (folded === null) {
        this.kept.set(id, taken);
        return false;
      }
      if (folded.rewards > 0) this.unpublished.add(id);
      this.metrics.folded(decisions.length, folded.rewards);
      await this.intake.done(id, entries);
    }
    if (this.unpublished.has(id)) await this.publish(id);
    return entries.length === ENTRIES;
  }

  /** Without Redis there are no decisions to be had, but rewards are still folded. */
  private async read(id: string): Promise<Taken> {
    try {
      const taken = await this.intake.read(id, ENTRIES);
      if (taken.unreadable > 0) {
        this.log.warn(
          `decisions of experiment ${id} were set aside`,
          `${taken.unreadable} unreadable entries`,
        );
      }
      return taken;
    } catch (error) {
      this.log.warn(`decisions of experiment ${id} cannot be read`, error);
      return { entries: [], decisions: [] };
    }
  }

  private async publish(id: string): Promise<void> {
    await this.publisher.publish(id);
    this.unpublished.delete(id);
  }
}

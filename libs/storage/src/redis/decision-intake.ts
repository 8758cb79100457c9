import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { type Decision, MalformedDecisionsError, unpackDecisions } from '#experiments';
import { deadKey, decisionsKey } from './keys.js';

const GROUP = 'trainer';

/** An entry that its reader has not finished with in this time is taken over; folding it twice changes nothing. */
const TAKE_OVER_AFTER_MS = 5_000;

const MAX_DEAD_ENTRIES = 1_000;

/** An entry's id with its fields; null when the entry was trimmed while it waited. */
type Entry = [id: string, fields: string[] | null];

export interface TakenDecisions {
  /** What to hand to `done` once the decisions are stored. */
  readonly entries: string[];
  readonly decisions: Decision[];
  /** Entries that could not be read and were set aside. */
  readonly unreadable: number;
}

/** The trainer's side of the decision stream. */
export class DecisionIntake {
  private readonly consumer = randomUUID();

  constructor(
    private readonly redis: Redis,
    private readonly takeOverAfterMs = TAKE_OVER_AFTER_MS,
  ) {}

  /** At most `count` entries, those first that another reader left unfinished. Does not wait for new ones. */
  async read(experimentId: string, count: number): Promise<TakenDecisions> {
    const entries = await this.withGroup(experimentId, () => this.take(experimentId, count));
    const taken: TakenDecisions = { entries: [], decisions: [], unreadable: 0 };
    const dead: Entry[] = [];
    for (const entry of entries) {
      const decisions = decisionsOf(entry, experimentId);
      if (decisions === null) dead.push(entry);
      else taken.decisions.push(...decisions);
      if (decisions !== null) taken.entries.push(entry[0]);
    }
    await this.setAside(experimentId, dead);
    return { ...taken, unreadable: dead.length };
  }

  /** Takes entries off the stream for good. */
  async done(experimentId: string, entries: readonly string[]): Promise<void> {
    if (entries.length === 0) return;
    const key = decisionsKey(experimentId);
    await checked(
      this.redis
        .multi()
        .xack(key, GROUP, ...entries)
        .xdel(key, ...entries),
    );
  }

  private async take(experimentId: string, count: number): Promise<Entry[]> {
    const key = decisionsKey(experimentId);
    const claimed = (await this.redis.xautoclaim(
      key,
      GROUP,
      this.consumer,
      this.takeOverAfterMs,
      '0',
      'COUNT',
      count,
    )) as [string, Entry[]];
    const left = count - claimed[1].length;
    if (left <= 0) return claimed[1];
    const read = (await this.redis.xreadgroup(
      'GROUP',
      GROUP,
      this.consumer,
      'COUNT',
      left,
      'STREAMS',
      key,
      '>',
    )) as [string, Entry[]][] | null;
    return [...claimed[1], ...(read?.[0]?.[1] ?? [])];
  }

  /** The group is made when it is missing: at first, and after Redis lost its memory. */
  private async withGroup<T>(experimentId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error as Error).message.startsWith('NOGROUP')) throw error;
      await this.createGroup(experimentId);
      return work();
    }
  }

  private async createGroup(experimentId: string): Promise<void> {
    try {
      await this.redis.xgroup('CREATE', decisionsKey(experimentId), GROUP, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
    }
  }

  private async setAside(experimentId: string, entries: readonly Entry[]): Promise<void> {
    for (const [id, fields] of entries) {
      const text = fields?.[1] ?? '';
      await this.redis.xadd(deadKey(experimentId), 'MAXLEN', '~', MAX_DEAD_ENTRIES, '*', 'd', text, 'id', id);
    }
    await this.done(
      experimentId,
      entries.map(([id]) => id),
    );
  }
}

/** Null when the entry cannot be read. */
function decisionsOf([, fields]: Entry, experimentId: string): Decision[] | null {
  try {
    const decisions = unpackDecisions(fields?.[1] ?? '');
    const isOurs = decisions.length > 0 && decisions.every((one) => one.experimentId === experimentId);
    return isOurs ? decisions : null;
  } catch (error) {
    if (error instanceof MalformedDecisionsError) return null;
    throw error;
  }
}

/** A transaction's replies are errors each; the first one is thrown. */
async function checked(transaction: ReturnType<Redis['multi']>): Promise<void> {
  for (const [error] of (await transaction.exec()) ?? []) if (error) throw error;
}

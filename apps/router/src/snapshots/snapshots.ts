import { Injectable, Logger } from '@nestjs/common';
import { openSnapshot, type PublishedSnapshot, type Snapshot, SnapshotSource } from '#experiments';

const RELOAD_MS = 1000;

/**
 * The current snapshot of every experiment. They are announced through Redis and read again from Postgres every
 * second, so either may vanish and return; while both are away, the last known ones serve.
 */
@Injectable()
export class Snapshots {
  private readonly logger = new Logger(Snapshots.name);
  private readonly current = new Map<string, Snapshot>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** Those of an earlier process, until the stores say better. */
  private readonly restored = new Set<string>();
  private savedAt: Date | undefined;
  /** Why the last load failed; undefined after one that did not. */
  private failed: string | undefined;

  constructor(private readonly source: SnapshotSource) {}

  get(experimentId: string): Snapshot | undefined {
    return this.current.get(experimentId);
  }

  all(): PublishedSnapshot[] {
    return Array.from(this.current.values(), ({ published }) => published);
  }

  /** When those were saved that serve while the stores were never read; undefined where they were. */
  get restoredFrom(): Date | undefined {
    return this.savedAt;
  }

  /** Takes what an earlier process knew, in place of what the stores do not say. Whatever comes from them replaces it. */
  restore(savedAt: Date, snapshots: readonly PublishedSnapshot[]): void {
    this.savedAt = savedAt;
    for (const published of snapshots) {
      if (this.current.has(published.experimentId)) continue;
      this.put(published);
      this.restored.add(published.experimentId);
    }
  }

  /** Whether the last load failed. */
  get isBlind(): boolean {
    return this.failed !== undefined;
  }

  /** Resolves after the first load, whether or not it worked; the loads go on until `close`. */
  async start(): Promise<void> {
    const subscribed = this.source.subscribe((published) => this.put(published));
    subscribed.catch((error: Error) => this.logger.warn(`no announcements of changes: ${error.message}`));
    await this.loadAgain();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async load(): Promise<void> {
    try {
      for (const published of await this.source.load()) this.put(published);
      this.savedAt = undefined;
      this.tell(undefined);
    } catch (error) {
      this.tell((error as Error).message);
    }
  }

  private async loadAgain(): Promise<void> {
    await this.load();
    if (!this.closed) this.timer = setTimeout(() => void this.loadAgain(), RELOAD_MS);
  }

  private put(published: PublishedSnapshot): void {
    const current = this.current.get(published.experimentId);
    const isKept = current !== undefined && !this.restored.has(published.experimentId);
    if (isKept && !isNewer(published, current.published)) return;
    try {
      this.current.set(published.experimentId, openSnapshot(published));
      this.restored.delete(published.experimentId);
    } catch (error) {
      this.logger.error(`snapshot of ${published.name} cannot be used: ${(error as Error).message}`);
    }
  }

  /** Once when loading begins to fail and once when it works again, not every second. */
  private tell(failed: string | undefined): void {
    const wasWorking = this.failed === undefined;
    if (failed !== undefined && wasWorking) {
      this.logger.warn(`experiments cannot be read, the last known ones stay: ${failed}`);
    }
    if (failed === undefined && !wasWorking) this.logger.log(`experiments read: ${this.current.size}`);
    this.failed = failed;
  }
}

function isNewer(a: PublishedSnapshot, b: PublishedSnapshot): boolean {
  return a.revision === b.revision ? a.evidenceVersion > b.evidenceVersion : a.revision > b.revision;
}

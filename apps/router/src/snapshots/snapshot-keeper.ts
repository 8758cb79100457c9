import { Logger } from '@nestjs/common';
import { Gauge, type Registry } from 'prom-client';
import type { PublishedSnapshot } from '#experiments';
import type { Deployments } from '../deployments/deployments.js';
import { RareWarning } from '../rare-warning.js';
import { SnapshotFile } from './snapshot-file.js';
import type { Snapshots } from './snapshots.js';

const SAVE_MS = 1000;

/** Keeps the snapshots of the experiments served here on disk, for a start while the stores are away. */
export class SnapshotKeeper {
  private readonly logger = new Logger(SnapshotKeeper.name);
  private readonly warning = new RareWarning(SnapshotKeeper.name);
  private readonly file: SnapshotFile | null;
  private timer: NodeJS.Timeout | undefined;
  private saving: Promise<void> = Promise.resolve();
  private saved: readonly PublishedSnapshot[] = [];
  private closed = false;

  /** `folder` undefined: nothing is kept. */
  constructor(
    folder: string | undefined,
    private readonly snapshots: Snapshots,
    private readonly deployments: Deployments,
    registry: Registry,
  ) {
    this.file = folder === undefined ? null : new SnapshotFile(folder);
    new Gauge({
      name: 'switchyard_restored_snapshots_saved_seconds',
      help: 'When the snapshots were saved that serve because the stores were away at the start; 0 once they were read',
      registers: [registry],
      collect() {
        this.set((snapshots.restoredFrom?.getTime() ?? 0) / 1000);
      },
    });
  }

  /** After the first load, which may have failed. */
  async start(): Promise<void> {
    if (this.file === null) return;
    if (this.snapshots.isBlind) await this.restore(this.file);
    this.saveLater(this.file);
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.saving;
  }

  private async restore(file: SnapshotFile): Promise<void> {
    try {
      const found = await file.read();
      if (found === null) return;
      this.snapshots.restore(found.savedAt, found.snapshots);
      const what = `${found.snapshots.length} experiments as saved at ${found.savedAt.toISOString()}`;
      this.logger.warn(`the stores are away: this router serves from ${file.path}, ${what}`);
    } catch (error) {
      this.logger.warn(`no snapshot is taken from disk: ${(error as Error).message}`);
    }
  }

  private saveLater(file: SnapshotFile): void {
    this.timer = setTimeout(() => {
      this.saving = this.save(file).finally(() => {
        if (!this.closed) this.saveLater(file);
      });
    }, SAVE_MS);
  }

  private async save(file: SnapshotFile): Promise<void> {
    const own = this.snapshots.all().filter(({ name }) => this.deployments.own(name));
    if (this.snapshots.restoredFrom !== undefined || isSame(own, this.saved)) return;
    try {
      await file.write(own, new Date());
      this.saved = own;
    } catch (error) {
      this.warning.warn(() => `snapshots are not kept on disk: ${(error as Error).message}`);
    }
  }
}

/** A snapshot is never changed, only replaced. */
function isSame(a: readonly PublishedSnapshot[], b: readonly PublishedSnapshot[]): boolean {
  return a.length === b.length && a.every((snapshot, index) => snapshot === b[index]);
}

import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PublishedSnapshot } from '#experiments';
import { errorCode, writeWhole } from '#system';

/** Thousands of arms; more is no snapshot of what one router serves. */
const MAX_BYTES = 16 * 1024 * 1024;
const FORMAT = 1;

const count = z.number().int().nonnegative();
const text = z.string().min(1).max(1024);
const arm = z.strictObject({ id: text, enabled: z.boolean() });
const metric = z.strictObject({
  name: text,
  min: z.number(),
  max: z.number(),
  combine: z.literal('last'),
  windowSeconds: z.number(),
  defaultReward: z.number().nullable(),
});
const totals = z.strictObject({
  arm: text,
  decisions: count,
  pulls: count,
  reward: z.number(),
  squaredReward: z.number(),
});
const snapshot = z.strictObject({
  experimentId: z.uuid(),
  name: text,
  salt: text,
  revision: count,
  evidenceVersion: count,
  config: z.strictObject({
    policy: text,
    options: z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number())])),
    arms: z.array(arm).min(1),
    metric,
  }),
  evidence: z.array(totals),
});
const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** Milliseconds since 1970. */
  savedAt: count.max(8.64e15),
  snapshots: z.array(snapshot),
});

export interface SavedSnapshots {
  readonly savedAt: Date;
  readonly snapshots: readonly PublishedSnapshot[];
}

/** A file of snapshots that is not to be used. */
export class DamagedSnapshotError extends Error {
  override readonly name = 'DamagedSnapshotError';

  constructor(
    readonly file: string,
    readonly problem: string,
  ) {
    super(`${file} ${problem}`);
  }
}

/** The snapshots of a router in a folder of its own, `snapshots.json`. */
export class SnapshotFile {
  readonly path: string;

  constructor(private readonly folder: string) {
    this.path = join(folder, 'snapshots.json');
  }

  /** Null where there is none. Throws `DamagedSnapshotError`, and what the file system says. */
  async read(): Promise<SavedSnapshots | null> {
    try {
      this.checkSize((await stat(this.path)).size);
      const { savedAt, snapshots } = this.parse(await readFile(this.path, 'utf8'));
      return { savedAt: new Date(savedAt), snapshots };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** For its owner alone: salts make choices unpredictable from outside. Throws `DamagedSnapshotError` where it would be too large. */
  async write(snapshots: readonly PublishedSnapshot[], savedAt: Date): Promise<void> {
    const content = JSON.stringify({ format: FORMAT, savedAt: savedAt.getTime(), snapshots });
    this.checkSize(Buffer.byteLength(content));
    await mkdir(this.folder, { recursive: true });
    await writeWhole(this.path, content);
  }

  private parse(content: string): z.infer<typeof fileSchema> {
    const parsed = fileSchema.safeParse(this.decode(content));
    if (parsed.success) return parsed.data;
    const [{ path, message }] = parsed.error.issues as [z.core.$ZodIssue];
    throw new DamagedSnapshotError(this.path, `is damaged: ${path.join('.')}: ${message}`);
  }

  private decode(content: string): unknown {
    try {
      return JSON.parse(content);
    } catch (error) {
      throw new DamagedSnapshotError(this.path, `is damaged: ${(error as Error).message}`);
    }
  }

  private checkSize(bytes: number): void {
    if (bytes <= MAX_BYTES) return;
    throw new DamagedSnapshotError(this.path, `must have at most ${MAX_BYTES} bytes, got ${bytes}`);
  }
}

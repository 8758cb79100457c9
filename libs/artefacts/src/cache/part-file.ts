import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { errorCode, readIfThere, writeWhole } from '#system';

/**
 * A file on its way: what has arrived so far, its hash, and which version it is of. It outlives a failed fetch, so that
 * the next one goes on where it broke off.
 */
export class PartFile {
  received = 0;
  version: string | undefined;
  private hash = createHash('sha256');

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /**
   * What an earlier fetch left is copied, not taken over: a stalled process that still writes to the old file cannot
   * spoil this one.
   */
  static async open(path: string): Promise<PartFile> {
    const old = `${path}.${randomUUID()}`;
    const version = await readIfThere(`${path}.version`);
    const isThere = await moved(path, old);
    const part = new PartFile(path, await open(path, 'w', 0o600));
    try {
      if (isThere && version !== null) {
        part.version = version;
        await part.append(createReadStream(old), () => undefined);
      }
      return part;
    } catch (error) {
      await part.handle.close();
      throw error;
    } finally {
      await rm(old, { force: true });
    }
  }

  /** Empty again, for another version or one that cannot be continued. */
  async restart(version: string | undefined): Promise<void> {
    await this.handle.truncate(0);
    this.hash = createHash('sha256');
    this.received = 0;
    this.version = version;
    if (version === undefined) await rm(`${this.path}.version`, { force: true });
    else await writeWhole(`${this.path}.version`, version);
  }

  /** `arrived` may throw to end it. */
  async append(body: Readable, arrived: (received: number) => void): Promise<void> {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      arrived(this.received + chunk.length);
      await writeAll(this.handle, chunk, this.received);
      this.hash.update(chunk);
      this.received += chunk.length;
    }
  }

  /** The finished file's SHA-256; the caller moves the file away. */
  async finish(): Promise<string> {
    await this.handle.sync();
    await this.handle.close();
    await rm(`${this.path}.version`, { force: true });
    return this.hash.digest('hex');
  }

  /** For the next fetch to go on with. */
  async leave(): Promise<void> {
    await this.handle.close();
    if (this.version === undefined || this.received === 0) await rm(this.path, { force: true });
  }

  async discard(): Promise<void> {
    await this.handle.close();
    await rm(this.path, { force: true });
    await rm(`${this.path}.version`, { force: true });
  }
}

async function writeAll(handle: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

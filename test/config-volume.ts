import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that changes as the volume of a ConfigMap does: its files are links through `..data`, which is turned round. */
export class ConfigVolume {
  readonly path = mkdtempSync(join(tmpdir(), 'switchyard-volume-'));
  private version = 0;

  constructor(files: Readonly<Record<string, string>>) {
    this.put(files);
    for (const name of Object.keys(files)) symlinkSync(join('..data', name), this.of(name));
  }

  of(name: string): string {
    return join(this.path, name);
  }

  /** All of them at once. */
  put(files: Readonly<Record<string, string>>): void {
    const before = `..${this.version}`;
    const next = `..${++this.version}`;
    mkdirSync(this.of(next));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.of(next), name), text);
    symlinkSync(next, this.of('..new'));
    renameSync(this.of('..new'), this.of('..data'));
    rmSync(this.of(before), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

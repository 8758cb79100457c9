import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { PythonEnvironment } from '../python/environment.js';

/** A Python process with a script of this folder, which reads one call a line and writes one outcome a line, as JSON. */
export class Driver<Call, Outcome> {
  private readonly outcomes: AsyncIterator<string>;
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly exited: Promise<unknown>;

  constructor(
    python: PythonEnvironment,
    private readonly script: string,
  ) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.child = spawn(python.program('python'), [path], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.exited = once(this.child, 'exit');
    // That it has ended is said by the call that gets no outcome.
    this.child.stdin.on('error', () => undefined);
    this.outcomes = createInterface(this.child.stdout)[Symbol.asyncIterator]();
  }

  /** One at a time: the next may be made when this has resolved. */
  async call(call: Call): Promise<Outcome> {
    this.child.stdin.write(`${JSON.stringify(call)}\n`);
    const { value, done } = await this.outcomes.next();
    if (done) throw new Error(`${this.script} ended`);
    return JSON.parse(value) as Outcome;
  }

  async stop(): Promise<void> {
    this.child.stdin.end();
    await this.exited;
  }
}

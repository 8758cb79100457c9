import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { PythonEnvironment } from '../python/environment.js';

const SCRIPT = fileURLToPath(new URL('./seldon_client.py', import.meta.url));

/** What a call of the Python client gave. */
export interface Outcome {
  readonly success: boolean;
  /** Empty after a success. */
  readonly msg: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
  readonly response: any;
}

/** One call of `SeldonClient(**client).method(**args)`; arrays become numpy's, JSON messages Protobuf. */
export interface ClientCall {
  readonly client: Readonly<Record<string, unknown>>;
  readonly method: 'predict' | 'feedback' | 'microservice' | 'microservice_feedback';
  readonly args: Readonly<Record<string, unknown>>;
}

/** A Python process with Seldon's client in it. */
export class SeldonClient {
  private readonly answers: AsyncIterator<string>;
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;

  constructor(python: PythonEnvironment) {
    this.child = spawn(python.program('python'), [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.answers = createInterface(this.child.stdout)[Symbol.asyncIterator]();
  }

  /** One at a time: the next may be made when this has resolved. */
  async call(call: ClientCall): Promise<Outcome> {
    this.child.stdin.write(`${JSON.stringify(call)}\n`);
    const { value, done } = await this.answers.next();
    if (done) throw new Error(`${SCRIPT} ended`);
    return JSON.parse(value) as Outcome;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.stdin.end();
    await exited;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAIN = resolve('dist/apps/cli/src/main.js');
const FOREIGN = /^(SWITCHYARD_|DATABASE_URL$|REDIS_URL$)/;

export const PENGUINS = resolve('examples/penguins/deployment.yaml');

/** Started by this test file and not yet ended. */
const running = new Set<ChildProcess>();

export interface Surroundings {
  /** The current folder of the command. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled `switchyard`, as a user runs it, with no variable but those of the test. */
export class CliProcess {
  private out = '';
  private err = '';
  private readonly waiting = new Set<() => void>();
  private readonly child: ChildProcess;
  readonly finished: Promise<Finished>;

  constructor(args: readonly string[], { cwd, env = {} }: Surroundings) {
    const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
    this.child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.child);
    this.child.stdout!.on('data', (text) => this.received(() => (this.out += text)));
    this.child.stderr!.on('data', (text) => this.received(() => (this.err += text)));
    this.finished = once(this.child, 'close').then(([status, signal]) => {
      const finished = { status, signal, stdout: this.out, stderr: this.err };
      running.delete(this.child);
      this.received(() => {});
      return finished;
    });
  }

  get stdout(): string {
    return this.out;
  }

  /** The first match on stdout; rejects when the process ends without one. */
  says(pattern: RegExp): Promise<RegExpMatchArray> {
    return this.heard(pattern, () => this.out);
  }

  /** The same on stderr. */
  complains(pattern: RegExp): Promise<RegExpMatchArray> {
    return this.heard(pattern, () => this.err);
  }

  private async heard(pattern: RegExp, said: () => string): Promise<RegExpMatchArray> {
    const ended = this.finished.then(({ status, stdout, stderr }) => {
      const match = pattern.exec(said());
      if (match) return match;
      throw new Error(`ended with ${status} without saying ${pattern}:\n${stdout}\n${stderr}`);
    });
    const heard = new Promise<RegExpMatchArray>((resolve) => {
      const look = () => {
        const match = pattern.exec(said());
        if (!match) return;
        this.waiting.delete(look);
        resolve(match);
      };
      this.waiting.add(look);
      look();
    });
    return Promise.race([heard, ended]);
  }

  async kill(signal: NodeJS.Signals): Promise<Finished> {
    this.child.kill(signal);
    return this.finished;
  }

  private received(add: () => void): void {
    add();
    for (const look of this.waiting) look();
  }
}

export function switchyard(args: readonly string[], surroundings: Surroundings): Promise<Finished> {
  return new CliProcess(args, surroundings).finished;
}

/** A running `switchyard up` on free ports. */
export interface Up {
  readonly process: CliProcess;
  readonly url: string;
  readonly adminUrl: string;
  /** Null where the data directory had one already. */
  readonly adminKey: string | null;
}

export async function up(args: readonly string[], surroundings: Surroundings): Promise<Up> {
  const ports = ['--port', '0', '--grpc-port', '0', '--admin-port', '0'];
  const process = new CliProcess(['up', ...ports, ...args], surroundings);
  await process.says(/^Next:$/m);
  const [, url] = await process.says(/^ {2}metrics +(http\S+)\/metrics$/m);
  const [, adminUrl] = await process.says(/^ {2}admin docs +(http\S+)\/admin\/docs$/m);
  const key = /^ {2}admin key +(\S+) +\(shown once/m.exec(process.stdout);
  return { process, url: url!, adminUrl: adminUrl!, adminKey: key?.[1] ?? null };
}

/** A folder of its own for every test file; `remove` also ends what a failed test left running. */
export function scratchFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'switchyard-cli-'));
  return {
    path,
    remove: () => {
      for (const child of running) child.kill('SIGKILL');
      rmSync(path, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
    },
  };
}

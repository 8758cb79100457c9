import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { errorCode } from '#system';
import { eachLine } from './each-line.js';

const GRACE_MS = 5_000;

export interface GroupOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine: (line: string) => void;
}

/**
 * A command with everything that it starts: servers such as gunicorn leave children behind when only they themselves
 * are signalled. It also ends when this process does, however it does.
 */
export class ProcessGroup {
  /** Says how it ended: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;

  private constructor(private readonly child: ChildProcess) {
    const kill = () => this.signal('SIGKILL');
    const watch = watchFor(child.pid!);
    process.once('exit', kill);
    this.ended = once(child, 'exit').then(([code, signal]) => {
      process.off('exit', kill);
      this.signal('SIGKILL');
      watch.kill('SIGKILL');
      return signal ?? `exit code ${code}`;
    });
  }

  /** Rejects when the command cannot be started at all. */
  static async start([program, ...args]: readonly string[], options: GroupOptions): Promise<ProcessGroup> {
    const child = spawn(program!, args, {
      cwd: options.folder,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await once(child, 'spawn');
    for (const stream of [child.stdout, child.stderr]) eachLine(stream, options.onLine);
    return new ProcessGroup(child);
  }

  /** SIGTERM, and SIGKILL for what is left after some seconds. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.signal('SIGKILL'), GRACE_MS);
    this.signal('SIGTERM');
    await this.ended;
    clearTimeout(timer);
  }

  private signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.child.pid!, signal);
    } catch (error) {
      if (errorCode(error) !== 'ESRCH') throw error;
    }
  }
}

/** Its standard input ends with this process, killed or not. */
const KILL_AT_END_OF_INPUT = 'read -r _; kill -s KILL -- "-$1"';

/** A process that outlives this one for a moment, to end the group. Where there is no shell, nothing does. */
function watchFor(group: number): ChildProcess {
  const watch = spawn('/bin/sh', ['-c', KILL_AT_END_OF_INPUT, 'sh', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.on('error', () => undefined);
  watch.unref();
  (watch.stdin as Socket).unref();
  return watch;
}

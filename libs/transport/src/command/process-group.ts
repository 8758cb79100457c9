import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const GRACE_MS = 5_000;

export interface GroupOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine: (line: string) => void;
}

/**
 * A command with everything that it starts: servers such as gunicorn leave children behind when only they themselves
 * are signalled. It also ends when this process does.
 */
export class ProcessGroup {
  /** Says how it ended: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;

  private constructor(private readonly child: ChildProcess) {
    const kill = () => this.signal('SIGKILL');
    process.once('exit', kill);
    this.ended = once(child, 'exit').then(([code, signal]) => {
      process.off('exit', kill);
      this.signal('SIGKILL');
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
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', options.onLine);
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
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

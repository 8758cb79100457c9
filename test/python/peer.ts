import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const GUARD = fileURLToPath(new URL('./guard.py', import.meta.url));
/** For a hook that starts peers: seconds on an idle machine, minutes on a busy one. */
export const START_MS = 300_000;

const POLL_MS = 50;
const QUOTED_CHARACTERS = 4000;

export interface PeerOptions {
  /** Asked again and again until it says yes. */
  readonly isReady: () => Promise<boolean>;
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A server of somebody else's, started for a test. */
export interface Peer {
  /** Ends it with all that it started. */
  stop(): Promise<void>;
}

/** Ready when it resolves; rejects with what the command printed when that ended before. */
export async function startPeer(command: readonly string[], options: PeerOptions): Promise<Peer> {
  const child = spawn('python3', [GUARD, ...command], {
    cwd: options.folder,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Else the guard would get the signals that end a whole run, and not come to its work.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => (output = `${output}${text}`.slice(-QUOTED_CHARACTERS)));
  }
  const exited = once(child, 'exit');
  const stop = async () => {
    child.stdin.end();
    await exited;
  };
  while (!(await options.isReady())) {
    if (child.exitCode !== null) throw new Error(`${command.join(' ')} ended:\n${output}`);
    await sleep(POLL_MS);
  }
  return { stop };
}

/** Whether a GET is answered at all, or with that text. */
export async function answers(url: string, text?: string): Promise<boolean> {
  try {
    const said = await (await fetch(url)).text();
    return text === undefined || said === text;
  } catch {
    return false;
  }
}

/** Whether somebody takes connections there. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

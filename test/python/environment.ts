import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from '@jest/globals';

const SCRIPT = fileURLToPath(new URL('./environment.py', import.meta.url));

/** A virtual environment with the packages of `requirements/{name}.txt`. */
export interface PythonEnvironment {
  /** The path of one of its programs. */
  program(name: string): string;
  /** Why it could not be made, or null. */
  readonly missing: string | null;
}

/** Made once and kept in `.cache/python`; how long that takes is said on stderr. Never rejects. */
export async function pythonEnvironment(name: string): Promise<PythonEnvironment> {
  const { status, stdout, stderr } = await runScript(name);
  const reason = stderr.trim().split('\n').at(-1) || 'without a word';
  return {
    program: (program) => join(stdout.trim(), 'bin', program),
    missing: status === 0 ? null : `Python packages ${name}: ${reason}`,
  };
}

/** A group that is skipped, with the reason in its title, where one of the environments could not be made. */
export function describeWith(
  environments: readonly PythonEnvironment[],
  title: string,
  tests: () => void,
): void {
  const missing = environments.find((environment) => environment.missing !== null)?.missing;
  if (missing) describe.skip(`${title} (skipped: ${missing})`, tests);
  else describe(title, tests);
}

async function runScript(name: string): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn('python3', [SCRIPT, name], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (texts.stdout += text));
  child.stderr.on('data', (text) => {
    texts.stderr += text;
    process.stderr.write(text);
  });
  try {
    const [status] = await once(child, 'close');
    return { status: status ?? 1, ...texts };
  } catch (error) {
    return { status: 1, stdout: '', stderr: (error as Error).message };
  }
}

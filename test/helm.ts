import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), join(homedir(), 'go', 'bin')];
const VERSION = '--kube-version=1.36';

export const CHART = 'charts/switchyard';

/** Why no chart can be rendered here; null where one can. */
export const missingHelm = FOLDERS.some(hasHelm)
  ? null
  : 'helm is not here: go install helm.sh/helm/v3/cmd/helm@v3.19.2';

/** What a command that calls helm prints; rejects with its error text. */
export async function withHelm(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const { stdout } = await run(command, args, {
    env: { ...process.env, PATH: FOLDERS.join(delimiter), ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** The chart's objects as YAML, with values such as `trainer.replicas=3`. */
export function template(values: readonly string[]): Promise<string> {
  return withHelm('helm', ['template', 'sy', CHART, '--namespace=models', VERSION, ...setting(values)]);
}

export function setting(values: readonly string[]): string[] {
  return values.map((value) => `--set=${value}`);
}

function hasHelm(folder: string): boolean {
  try {
    accessSync(join(folder, 'helm'), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

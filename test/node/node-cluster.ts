import { type ChildProcess, type ExecFileOptions, execFile, spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { missingHelm, withHelm } from '../helm.js';

const run = promisify(execFile);
const TOOL = resolve('../shared/cluster/real-node');
const OUTPUT = 64 * 1024 * 1024;
/** Of what a failed build printed: its end. */
const LAST_LINES = 15;

/** `kind load docker-image`: puts images of the local engine into the cluster that KUBECONFIG names. */
const LOAD = process.env.SWITCHYARD_TEST_LOAD?.split(' ');

/** Why the first day on a real node cannot be run here; null where it can. */
export const missingNode = reasonAgainst();

/** A cluster whose pods really run, and the engine that builds its images. */
export class NodeCluster {
  private constructor(private readonly kubeconfig: string) {}

  /** The one that KUBECONFIG names, or one made on this machine, which stays when the tests end. */
  static async up(): Promise<NodeCluster> {
    if (process.env.KUBECONFIG) return new NodeCluster(process.env.KUBECONFIG);
    const { stdout } = await run(realpathSync(TOOL), ['up'], { maxBuffer: OUTPUT });
    return new NodeCluster(stdout.trim().split('\n').at(-1)!);
  }

  /** What kubectl prints; rejects with its error text. */
  async kubectl(args: readonly string[], input = ''): Promise<string> {
    const started = run('kubectl', args, this.surroundings);
    started.child.stdin!.end(input);
    return (await started).stdout;
  }

  /** kubectl as a process that goes on: `exec`, `port-forward`. */
  start(args: readonly string[]): ChildProcess {
    return spawn('kubectl', args, { ...this.surroundings, stdio: ['pipe', 'pipe', 'inherit'] });
  }

  helm(args: readonly string[]): Promise<string> {
    return withHelm('helm', args, { KUBECONFIG: this.kubeconfig });
  }

  async build(image: string, context: string, args: Record<string, string>, file?: string): Promise<void> {
    const flags = Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`);
    if (file !== undefined) flags.push(`--file=${file}`);
    await this.docker(['build', '--quiet', '--network=host', `--tag=${image}`, ...flags, context]);
  }

  /** A Debian base image of this name, unless another cluster's engine pulls its images. */
  async debian(image: string): Promise<void> {
    if (!LOAD) await run(realpathSync(TOOL), ['base', image], { maxBuffer: OUTPUT });
    else await this.docker(['tag', 'debian:bookworm-slim', image]);
  }

  async load(images: readonly string[]): Promise<void> {
    const [command, ...args] = LOAD ?? [realpathSync(TOOL), 'load'];
    await run(command!, [...args, ...images], { maxBuffer: OUTPUT });
  }

  private async docker(args: readonly string[]): Promise<void> {
    const [command, ...first] = LOAD ? ['docker'] : [realpathSync(TOOL), 'docker'];
    await run(command!, [...first, ...args], { maxBuffer: OUTPUT }).catch(({ stderr, cause }) => {
      throw new Error(String(stderr).trimEnd().split('\n').slice(-LAST_LINES).join('\n'), { cause });
    });
  }

  private get surroundings(): ExecFileOptions & { encoding: 'utf8' } {
    return {
      env: { ...process.env, KUBECONFIG: this.kubeconfig },
      maxBuffer: OUTPUT,
      encoding: 'utf8',
    };
  }
}

function reasonAgainst(): string | null {
  if (missingHelm !== null) return missingHelm;
  if (process.env.KUBECONFIG) {
    return LOAD ? null : 'SWITCHYARD_TEST_LOAD does not say how images get into the cluster of KUBECONFIG';
  }
  if (!existsSync(TOOL)) return 'KUBECONFIG names no cluster, and the tool that makes one is not here';
  return process.getuid?.() === 0 ? null : 'a node of its own needs root';
}

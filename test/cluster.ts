import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const TOOL = resolve('../shared/cluster/start.mjs');

/** Why no API server can be had for tests; null where one can. */
export const missingCluster = reasonAgainst();

/** A Kubernetes API: the one that KUBECONFIG names, or one started for the test. */
export class Cluster {
  private constructor(
    readonly kubeconfig: string,
    private readonly child: ChildProcess | null,
  ) {}

  static async start(): Promise<Cluster> {
    if (process.env.KUBECONFIG) return new Cluster(process.env.KUBECONFIG, null);
    // The tool runs only under its own path, not through a link.
    const child = spawn(process.execPath, [realpathSync(TOOL), '--parts', 'etcd,kube-apiserver'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit').then(([status]) => {
      throw new Error(`${TOOL} ended with ${status} and made no cluster`);
    });
    const [line] = (await Promise.race([once(child.stdout!, 'data'), ended])) as [Buffer];
    ended.catch(() => {});
    const { kubeconfig } = JSON.parse(line.toString()) as { kubeconfig: string };
    return new Cluster(kubeconfig, child);
  }

  /** What kubectl prints; rejects with its error text. */
  async kubectl(args: readonly string[], input = ''): Promise<string> {
    const { stdout, stderr, status } = await this.tried(args, input);
    if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  tried(args: readonly string[], input = ''): Promise<{ stdout: string; stderr: string; status: number }> {
    return new Promise((done) => {
      const env = { ...process.env, KUBECONFIG: this.kubeconfig };
      const child = execFile('kubectl', args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
        done({ stdout, stderr, status: error ? 1 : 0 }),
      );
      child.stdin!.end(input);
    });
  }

  async stop(): Promise<void> {
    if (this.child === null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

function reasonAgainst(): string | null {
  if (process.env.KUBECONFIG) return null;
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'switchyard-test');
  const isBuilt = existsSync(cache) && readdirSync(cache).some((name) => /^cluster-[0-9a-f]{16}$/.test(name));
  if (existsSync(TOOL) && (isBuilt || process.env.CLUSTER_BIN)) return null;
  return 'KUBECONFIG names no cluster, and the tool that makes one has not been built';
}

import { join } from 'node:path';
import { request } from 'undici';
import { environment } from '../environment.js';
import { messageOf } from '../failure.js';
import { packageRoot } from '../package-root.js';
import { NothingAnswersError } from './errors.js';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Where the demo sends its traffic: a running instance, or one of its own. */
export interface Target {
  readonly url: string;
  readonly adminUrl: string;
  readonly adminKey: string | undefined;
  /** Whether it was started for this demo. */
  readonly own: boolean;
  stop(): Promise<void>;
}

export interface TargetOptions {
  readonly url: string;
  readonly adminUrl: string;
  readonly adminKey: string | undefined;
  readonly dataDir: string;
  /** Whether an instance may be started where none answers. */
  readonly start: boolean;
}

export async function findTarget(options: TargetOptions, signal: AbortSignal): Promise<Target> {
  const { url, adminUrl, adminKey } = options;
  const reason = await whyNotReady(url);
  if (reason === null) return { url, adminUrl, adminKey, own: false, stop: async () => {} };
  if (!options.start || !LOOPBACK.includes(new URL(url).hostname)) throw new NothingAnswersError(url, reason);
  process.stdout.write(
    `Nothing answers at ${url}: starting an instance for this demo, on ${options.dataDir}.\n`,
  );
  return startTarget(options, signal);
}

async function startTarget({ url, adminKey, dataDir }: TargetOptions, signal: AbortSignal): Promise<Target> {
  const { databaseUrl, redisUrl, variables } = environment();
  const { startInstance } = await import('../instance/start-instance.js');
  const instance = await startInstance(
    {
      files: [join(packageRoot(), 'examples/penguins/deployment.yaml')],
      values: new Map(),
      components: null,
      host: new URL(url).hostname.replace(/[[\]]/g, ''),
      port: Number(new URL(url).port || 80),
      grpcPort: 0,
      adminPort: 0,
      dataDir,
      ...{ adminKey, databaseUrl, redisUrl, variables },
    },
    (line) => process.stdout.write(`- ${line}\n`),
    signal,
  );
  if (instance.newKey) process.stdout.write(`  admin key ${instance.newKey} (shown once: keep it)\n`);
  return {
    url: instance.url,
    adminUrl: instance.adminUrl,
    adminKey: instance.newKey ?? adminKey,
    own: true,
    stop: () => instance.stop(),
  };
}

/** Null when it is ready. */
async function whyNotReady(url: string): Promise<string | null> {
  try {
    const { statusCode, body } = await request(`${url}/ready`);
    await body.dump();
    return statusCode === 200 ? null : `/ready says ${statusCode}`;
  } catch (error) {
    return messageOf(error);
  }
}

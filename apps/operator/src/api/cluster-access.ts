import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { InvalidClusterAccessError } from './errors.js';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const EXEC_TIMEOUT_MS = 30_000;

/** How an API server is reached, and by whom. */
export interface ClusterAccess {
  readonly url: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
  readonly serverName?: string;
  readonly skipVerification?: boolean;
  /** Of the context, or of the pod. */
  readonly namespace: string;
}

const file = z.object({
  'current-context': z.string(),
  contexts: z.array(
    z.object({
      name: z.string(),
      context: z.object({ cluster: z.string(), user: z.string(), namespace: z.string().optional() }),
    }),
  ),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.url({ protocol: /^https$/, error: 'expected an https URL' }),
        'certificate-authority': z.string().optional(),
        'certificate-authority-data': z.string().optional(),
        'insecure-skip-tls-verify': z.boolean().optional(),
        'tls-server-name': z.string().optional(),
      }),
    }),
  ),
  users: z.array(
    z.object({
      name: z.string(),
      user: z.object({
        token: z.string().optional(),
        tokenFile: z.string().optional(),
        'client-certificate': z.string().optional(),
        'client-certificate-data': z.string().optional(),
        'client-key': z.string().optional(),
        'client-key-data': z.string().optional(),
        exec: z
          .object({
            command: z.string(),
            args: z.array(z.string()).nullish(),
            env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
          })
          .optional(),
      }),
    }),
  ),
});

type Kubeconfig = z.infer<typeof file>;
type User = Kubeconfig['users'][number]['user'];

const credential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});

/**
 * Read anew on each call, because tokens change. Of `kubeconfig`, a file; without one of the pod that this is, or else
 * of `~/.kube/config`. Throws `InvalidClusterAccessError`.
 */
export async function clusterAccess(
  kubeconfig: string | undefined,
  host: string | undefined,
): Promise<ClusterAccess> {
  if (kubeconfig === undefined && host !== undefined) return podAccess(host);
  const path = kubeconfig ?? join(homedir(), '.kube', 'config');
  try {
    const read = file.safeParse(parse(await readFile(path, 'utf8')));
    if (!read.success) throw new Error(z.prettifyError(read.error));
    return await contextAccess(read.data, dirname(resolve(path)));
  } catch (error) {
    throw new InvalidClusterAccessError(path, (error as Error).message);
  }
}

/** `host`: name and port of the API server, as a pod is told. */
async function podAccess(host: string): Promise<ClusterAccess> {
  const read = (name: string) => readFile(join(ACCOUNT, name), 'utf8');
  try {
    const [ca, token, namespace] = await Promise.all([read('ca.crt'), read('token'), read('namespace')]);
    return { url: `https://${host}`, ca, token: token.trim(), namespace: namespace.trim() };
  } catch (error) {
    throw new InvalidClusterAccessError(ACCOUNT, (error as Error).message);
  }
}

async function contextAccess(config: Kubeconfig, folder: string): Promise<ClusterAccess> {
  const name = config['current-context'];
  const context = named(config.contexts, name, 'context').context;
  const { cluster } = named(config.clusters, context.cluster, 'cluster');
  const { user } = named(config.users, context.user, 'user');
  const text = (path?: string, data?: string) => contentOf(folder, path, data);
  const ca = await text(cluster['certificate-authority'], cluster['certificate-authority-data']);
  const serverName = cluster['tls-server-name'];
  return {
    url: cluster.server.replace(/\/+$/, ''),
    ...(ca && { ca }),
    ...(serverName && { serverName }),
    ...(cluster['insecure-skip-tls-verify'] && { skipVerification: true }),
    ...(await userAccess(user, text)),
    namespace: context.namespace ?? 'default',
  };
}

type Content = (path?: string, data?: string) => Promise<string | undefined>;

async function userAccess(user: User, text: Content): Promise<Pick<ClusterAccess, 'cert' | 'key' | 'token'>> {
  if (user.exec) return pluginAccess(user.exec);
  const cert = await text(user['client-certificate'], user['client-certificate-data']);
  const key = await text(user['client-key'], user['client-key-data']);
  const token = user.token ?? (await text(user.tokenFile))?.trim();
  return { ...(cert && { cert }), ...(key && { key }), ...(token && { token }) };
}

/** A program that gives credentials, such as those of cloud providers. */
async function pluginAccess({ command, args, env }: NonNullable<User['exec']>) {
  const variables = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const { stdout } = await promisify(execFile)(command, args ?? [], {
    env: { ...process.env, ...variables },
    timeout: EXEC_TIMEOUT_MS,
  });
  const { status } = credential.parse(JSON.parse(stdout));
  return {
    ...(status.clientCertificateData && { cert: status.clientCertificateData }),
    ...(status.clientKeyData && { key: status.clientKeyData }),
    ...(status.token && { token: status.token }),
  };
}

async function contentOf(folder: string, path?: string, data?: string): Promise<string | undefined> {
  if (data !== undefined) return Buffer.from(data, 'base64').toString();
  return path === undefined ? undefined : readFile(resolve(folder, path), 'utf8');
}

function named<T extends { readonly name: string }>(items: readonly T[], name: string, what: string): T {
  const item = items.find((one) => one.name === name);
  if (item === undefined) throw new Error(`there is no ${what} ${JSON.stringify(name)}`);
  return item;
}

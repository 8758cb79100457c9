import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { NodeCluster } from './node-cluster.js';

const FOLDER = resolve('test/node/images');
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** Where images of Docker Hub cannot be pulled, they are made from a Debian base; these name others. */
const { BASE_BUILD, BASE_RUN, POSTGRES_IMAGE, REDIS_IMAGE } = process.env;

export interface Images {
  readonly postgres: string;
  readonly redis: string;
}

/** Builds Switchyard's image, those of the example's components and of the stores, and puts them into the cluster. */
export async function buildImages(cluster: NodeCluster): Promise<Images> {
  const base = 'switchyard-test/debian:1';
  await cluster.debian(base);
  const node = BASE_RUN ?? (await nodeImage(cluster, base));
  await cluster.build('switchyard:latest', '.', { BASE_BUILD: BASE_BUILD ?? node, BASE_RUN: node });
  for (const name of ['transformer', 'router', 'model-infer']) {
    await cluster.build(`ab-test/${name}:1`, 'examples', {}, `examples/ab-test/${name}.Dockerfile`);
  }
  const postgres = POSTGRES_IMAGE ?? (await storeImage(cluster, 'postgres', base));
  const redis = REDIS_IMAGE ?? (await storeImage(cluster, 'redis', base));
  const components = ['transformer', 'router', 'model-infer'].map((name) => `ab-test/${name}:1`);
  await cluster.load(['switchyard:latest', ...components, postgres, redis]);
  return { postgres, redis };
}

async function storeImage(cluster: NodeCluster, name: string, base: string): Promise<string> {
  const image = `switchyard-test/${name}:1`;
  await cluster.build(image, join(FOLDER, name), { BASE: base });
  return image;
}

/** With the Node, the npm and the certificate authorities of this machine. */
async function nodeImage(cluster: NodeCluster, base: string): Promise<string> {
  const context = mkdtempSync(join(tmpdir(), 'switchyard-node-image-'));
  try {
    cpSync(join(FOLDER, 'node'), context, { recursive: true });
    cpSync(process.execPath, join(context, 'node'));
    cpSync(npmFolder(), join(context, 'npm'), { recursive: true, dereference: true });
    cpSync(AUTHORITIES, join(context, 'ca-certificates.crt'), { dereference: true });
    const image = 'switchyard-test/node:20';
    await cluster.build(image, context, { BASE: base });
    return image;
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

function npmFolder(): string {
  const cli = process.env.npm_execpath;
  if (cli === undefined) throw new Error('run it by npm: npm run test:cluster:node');
  return dirname(dirname(realpathSync(cli)));
}

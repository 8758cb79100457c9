import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { customResourceDefinition } from '#kubernetes';
import startServices from '../global-setup.js';

const TOOL = resolve('../shared/cluster/start.mjs');

/**
 * Once per run: Postgres and Redis, and a control plane whose node only plays the part (kwok). Tests find it by
 * SWITCHYARD_TEST_KUBECONFIG, and have its API server killed and started again by SWITCHYARD_TEST_CLUSTER_CONTROL.
 */
export default async function globalSetup() {
  await startServices();
  if (process.env.KUBECONFIG || !isBuilt()) return;
  const { startCluster } = await import(realpathSync(TOOL));
  const cluster = await startCluster({ crds: [customResourceDefinition()] });
  globalThis.testCluster = { cluster, control: await control(cluster) };
  process.env.SWITCHYARD_TEST_KUBECONFIG = cluster.kubeconfig;
}

/** Building it takes minutes, and does not happen in the middle of a test run. */
function isBuilt() {
  if (!existsSync(TOOL)) return false;
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'switchyard-test');
  const names = existsSync(cache) ? readdirSync(cache) : [];
  return Boolean(process.env.CLUSTER_BIN) || names.some((name) => /^cluster-[0-9a-f]{16}$/.test(name));
}

/** POST /kill and POST /start, of the API server. */
async function control(cluster) {
  const name = 'kube-apiserver';
  const server = createServer(async (request, response) => {
    if (request.url === '/kill') {
      cluster.procs[name].kill('SIGKILL');
      await cluster.procs[name].exited;
    } else {
      cluster.start(name, cluster.args[name]);
    }
    response.end();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  process.env.SWITCHYARD_TEST_CLUSTER_CONTROL = `http://127.0.0.1:${server.address().port}`;
  return server;
}

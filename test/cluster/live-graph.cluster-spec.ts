import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CliProcess } from '../cli-process.js';
import { ConfigVolume } from '../config-volume.js';
import { missing, type Resource, TestNamespace } from './test-cluster.js';

const suite = missing === null ? describe : describe.skip;
const ADDRESS = `127.${randomInt(64, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`;
const ENGINE = 'seldon-container-engine';
const BODY = '{"data":{"ndarray":[[1]]}}';

suite(`the operator, with an engine that serves${missing === null ? '' : `: ${missing}`}`, () => {
  let space: TestNamespace;
  let component: Server;
  let port: number;
  let volume: ConfigVolume;
  let engine: CliProcess;
  let isOver = false;
  let kubelet: Promise<void>;

  beforeAll(async () => {
    component = createServer((_, response) => response.end('{"data":{"ndarray":[["remote"]]}}'));
    component.listen(0, '127.0.0.1');
    await once(component, 'listening');
    port = (component.address() as AddressInfo).port;
    space = await TestNamespace.create();
    await space.operator({ graphSeconds: 3000 });
    await space.apply(deployment(port, ['first']));
    await space.hasState('live', 'Available');
    const pod = await podOf();
    volume = new ConfigVolume((await graphOf()).data);
    engine = await startEngine(pod);
    const status = { podIP: ADDRESS, podIPs: [{ ip: ADDRESS }] };
    const flags = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
    await space.kubectl(['patch', 'pod', pod.metadata.name, ...flags]);
    kubelet = playKubelet();
  });

  afterAll(async () => {
    isOver = true;
    await kubelet;
    await engine?.kill('SIGTERM');
    volume?.remove();
    component?.close();
    await space?.remove();
  });

  it('gives it an arm more and takes one away while it fails no request', async () => {
    const pod = await podOf();
    const answers: string[] = [];
    let isDone = false;
    const load = (async () => {
      while (!isDone) answers.push(await predict());
    })();
    for (const arms of [['first', 'second'], ['second']]) {
      await space.apply(deployment(port, arms));
      await space.hasState('live', 'Available');
      const before = answers.length;
      while (answers.length < before + 50) await sleep(20);
      const routes = new Set(answers.slice(before + 1));
      expect([...routes].sort()).toEqual(['200 router=a', ...arms.map((arm) => `200 router=${arm}`)]);
    }
    isDone = true;
    await load;
    expect(answers.filter((answer) => !answer.startsWith('200 '))).toEqual([]);
    expect((await podOf()).metadata.uid).toBe(pod.metadata.uid);
    const { status } = await space.get('sdep', 'live');
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'GraphServed', status: 'True', reason: 'Served' }),
    );
  });

  async function predict(): Promise<string> {
    const answer = await fetch(`http://${ADDRESS}:8000/api/v1.0/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: BODY,
    });
    await answer.text();
    return `${answer.status} ${answer.headers.get('switchyard-route')}`;
  }

  async function startEngine(pod: Resource): Promise<CliProcess> {
    const { args, env } = pod.spec.containers.find(({ name }: { name: string }) => name === ENGINE);
    const given = Object.fromEntries(
      env.map((one: { name: string; value: string }) => [one.name, one.value]),
    );
    const { SWITCHYARD_SNAPSHOT_FOLDER: _, SWITCHYARD_ARTEFACT_CACHE: __, ...others } = given;
    const process = new CliProcess(args, {
      cwd: volume.path,
      env: { ...others, SWITCHYARD_DEPLOYMENT: volume.of('deployment.yaml'), SWITCHYARD_HOST: ADDRESS },
    });
    await process.says(/router listens/);
    return process;
  }

  /** The kubelet looks at a pod's volumes when the pod has changed. */
  async function playKubelet(): Promise<void> {
    let seen: string | undefined;
    while (!isOver) {
      const { metadata } = await podOf();
      const marked = metadata.annotations?.['switchyard.io/graph'];
      if (marked !== seen) volume.put((await graphOf()).data);
      seen = marked;
      await sleep(200);
    }
  }

  async function podOf(): Promise<Resource> {
    return (await space.list('pods'))[0]!;
  }

  async function graphOf(): Promise<Resource> {
    const configs = await space.list('configmaps');
    return configs.find(({ metadata }) => metadata.name.startsWith('live-main-graph-'))!;
  }
});

/** One model in a container on this port, the others in the engine itself. */
function deployment(port: number, arms: readonly string[]): Resource {
  const ports = [{ name: 'http', containerPort: port }];
  const containers = [{ name: 'a', image: 'registry.example/a:1', ports }];
  const own = arms.map((name) => ({ name, implementation: 'SIMPLE_MODEL' }));
  const children = [{ name: 'a', type: 'MODEL' }, ...own];
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'live' } as Resource['metadata'],
    spec: {
      predictors: [
        {
          name: 'main',
          componentSpecs: [{ spec: { containers } }],
          graph: { name: 'router', implementation: 'RANDOM', children },
        },
      ],
    },
  };
}

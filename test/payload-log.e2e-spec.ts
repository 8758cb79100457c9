import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RouterConfig } from '#router';
import { Components, deploymentYaml, type Stack, startStack } from './router-stack.js';

/** Reference seldon-v1.md, section 4.9, with a sink that keeps what it gets. */
class Sink {
  readonly events: { readonly headers: IncomingHttpHeaders; readonly path: string; readonly body: string }[] =
    [];
  /** Null leaves the events without an answer. */
  status: number | null = 200;
  private readonly server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    this.events.push({ headers: request.headers, path: `${request.method} ${request.url}`, body });
    if (this.status !== null) response.writeHead(this.status).end();
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The first `count` events in the order of their nodes and types, once they are there. */
  async first(count: number): Promise<string[]> {
    while (this.events.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    return this.events
      .map(
        ({ headers, body }) =>
          `${headers['ce-modelid']} ${TYPE.exec(headers['ce-type'] as string)![1]} ${body}`,
      )
      .sort();
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const TYPE = /^io\.seldon\.serving\.(.*)$/;
const BODY = '{"data":{"ndarray":[[1.0]]}}';

const components = new Components();
const sink = new Sink();
let url: string;
let stack: Stack | undefined;

beforeAll(async () => {
  await components.start();
  url = await sink.start();
});

afterEach(async () => {
  await stack?.close();
  stack = undefined;
  sink.events.length = 0;
  sink.status = 200;
});

afterAll(() => {
  components.close();
  sink.close();
});

async function serve(graph: string, config: Partial<RouterConfig> = {}, annotation = ''): Promise<void> {
  const yaml = deploymentYaml('logged', graph).replace('annotations: {', `annotations: { ${annotation}`);
  stack = await startStack(yaml, components.map(), config);
}

async function post(service: string, body: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${stack!.router.url}/api/v1.0/${service}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  await answer.text();
  return answer.status;
}

/** How many events had this outcome; waits until there are any. */
async function outcomes(outcome: string): Promise<number> {
  for (;;) {
    const text = await (await fetch(`${stack!.router.url}/metrics`)).text();
    const [, count] =
      new RegExp(`switchyard_payload_events_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text) ?? [];
    if (Number(count) > 0) return Number(count);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const model = (name: string, logger: string) =>
  `{ name: ${name}, type: MODEL, logger: ${logger}, children: [] }`;

describe('a node with a logger', () => {
  it('sends what a call gets and what it gives as CloudEvents', async () => {
    await serve(model('good', `{ url: '${url}/x?y=1', mode: all }`), { engine: { POD_NAME: 'pod-7' } });
    expect(await post('predictions', BODY, { 'seldon-puid': 'p-1' })).toBe(200);
    expect(await sink.first(2)).toEqual([
      `good inference.request ${BODY}`,
      `good inference.response ${BODY}`,
    ]);
    const [{ headers, path }, other] = sink.events as [(typeof sink.events)[0], (typeof sink.events)[0]];
    expect(path).toBe('POST /x?y=1');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-source': 'http://pod-7/',
      'ce-requestid': 'p-1',
      'ce-modelid': 'good',
      'ce-inferenceservicename': 'logged',
      'ce-namespace': 'default',
      'ce-endpoint': 'main',
      'ce-protocol': 'seldon',
    });
    expect(new Date(headers['ce-time'] as string).getTime()).toBeLessThanOrEqual(Date.now());
    expect(headers['ce-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.headers['ce-id']).not.toBe(headers['ce-id']);
  });

  it('sends one event per call of its mode, of every kind of node', async () => {
    const models = `[${model('model-a', '{ mode: request }')}, ${model('model-b', '{ mode: response }')}]`;
    const combiner = `{ name: other, type: COMBINER, logger: { mode: all }, children: ${models} }`;
    const router = `{ name: router, implementation: RANDOM, logger: { mode: all }, children: [${combiner}] }`;
    const graph = `{ name: good, type: TRANSFORMER, methods: [TRANSFORM_OUTPUT], logger: { mode: all }, children: [${router}] }`;
    await serve(graph, { engine: { REQUEST_LOGGER_DEFAULT_ENDPOINT: url } });
    expect(await post('predictions', BODY)).toBe(200);
    const list = `[${BODY},${BODY}]`;
    expect(await sink.first(9)).toEqual(
      [
        `good inference.request ${BODY}`,
        `good inference.response ${BODY}`,
        `router inference.request ${BODY}`,
        `model-a inference.request ${BODY}`,
        `model-b inference.response ${BODY}`,
        `other inference.request ${list}`,
        `other inference.response ${list}`,
        `good inference.request ${list}`,
        `good inference.response ${list}`,
      ].sort(),
    );
  });

  it('sends the feedback that it gets, unless its mode is request', async () => {
    const models = `[${model('model-a', '{ mode: request }')}, ${model('model-b', '{ mode: response }')}]`;
    await serve(`{ name: good, type: MODEL, logger: { mode: all }, children: ${models} }`, {
      engine: { REQUEST_LOGGER_DEFAULT_ENDPOINT: url },
    });
    const feedback = '{"reward":1.0}';
    expect(await post('feedback', feedback)).toBe(200);
    expect(await sink.first(2)).toEqual([`good feedback ${feedback}`, `model-b feedback ${feedback}`]);
  });

  it('sends nothing of a request that forbids it', async () => {
    await serve(model('good', `{ url: '${url}', mode: all }`));
    for (const skip of ['true', 'ON', '1']) {
      expect(await post('predictions', '{"skipped":true}', { 'seldon-skip-logging': skip })).toBe(200);
    }
    expect(await post('predictions', BODY, { 'seldon-skip-logging': 'no' })).toBe(200);
    expect((await sink.first(2)).join()).not.toContain('skipped');
  });

  it('answers as without, where its sink refuses, hangs or is not there', async () => {
    sink.status = 503;
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await serve(
      `{ name: good, type: MODEL, logger: { url: '${url}', mode: request }, children: [${model('other', `{ url: 'http://127.0.0.1:${port}', mode: request }`)}] }`,
    );
    expect(await post('predictions', BODY)).toBe(200);
    while ((await outcomes('failed')) < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    sink.status = null;
    expect(await post('predictions', BODY)).toBe(200);
    while ((await outcomes('failed')) < 4) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('drops and counts what its queue has no room for', async () => {
    sink.status = null;
    await serve(
      model('good', `{ url: '${url}', mode: request }`),
      {},
      "seldon.io/executor-logger-queue-size: '1', ",
    );
    const statuses = await Promise.all(Array.from({ length: 30 }, () => post('predictions', BODY)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await outcomes('dropped')).toBeGreaterThan(0);
  });

  it('sends what waits when the router closes', async () => {
    await serve(model('good', `{ url: '${url}', mode: request }`));
    await Promise.all(Array.from({ length: 50 }, () => post('predictions', BODY)));
    await stack!.close();
    stack = undefined;
    expect(sink.events).toHaveLength(50);
  });
});

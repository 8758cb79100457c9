import { resolve } from 'node:path';
import { credentials, loadPackageDefinition, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type GrpcAnswer, GrpcCaller } from '#testing';
import { CliProcess, switchyard } from './cli-process.js';
import { startHost } from './component-host.js';
import { deploymentYaml, startStack } from './router-stack.js';

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
type Json = any;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function caller(address: string): GrpcCaller {
  const made = new GrpcCaller(address);
  closers.push(() => made.close());
  return made;
}

async function host(className: string, changes: Parameters<typeof startHost>[1] = {}) {
  const running = await startHost(className, changes);
  closers.push(() => running.close());
  return { ...running, grpc: caller(`127.0.0.1:${running.grpcPort}`) };
}

/** What a class answers to one call, in the terms of proto-loader. */
async function ask(className: string, path: string, message: object): Promise<GrpcAnswer> {
  return (await host(className)).grpc.call(path, message);
}

const tensor = (...values: number[]) => ({ data: { tensor: { shape: [1, values.length], values } } });

function expectFailure(answer: GrpcAnswer, code: status, details: RegExp, reason: string) {
  expect({ code: status[answer.code], details: answer.details }).toEqual({
    code: status[code],
    details: expect.stringMatching(details),
  });
  expect(answer.trailers.get('switchyard-reason')).toEqual([reason]);
}

describe('a component over gRPC', () => {
  it('answers a prediction in the kind of the request, with its metrics and tags', async () => {
    const { message } = await ask('Numbers', 'Model/Predict', { meta: { puid: 'p' }, ...tensor(1) });
    expect(message).toMatchObject({
      meta: {
        puid: 'p',
        tags: { k: { stringValue: 'v' } },
        requestPath: { 1: 'img:1.0' },
        metrics: [
          { key: 'c', value: 1 },
          { key: 'g', type: 'GAUGE', value: 100 },
          { key: 't', type: 'TIMER', value: expect.closeTo(20.2) },
        ],
      },
      data: { names: ['a', 'b'], tensor: { shape: [1, 2], values: [1.5, 2.5] } },
    });
  });

  it.each(['Router/Route', 'Generic/Route'])('answers %s', async (path) => {
    expect((await ask('Route22', path, tensor(1))).message).toMatchObject({
      data: { tensor: { shape: [1, 1], values: [22] } },
    });
  });

  it.each(['Combiner/Aggregate', 'Generic/Aggregate'])('answers %s', async (path) => {
    const list = { seldonMessages: [tensor(1), tensor(2)] };
    expect((await ask('Flatten', path, list)).message).toMatchObject({
      data: { tensor: { shape: [2, 1], values: [1, 2] } },
    });
  });

  it.each([
    'Transformer/TransformInput',
    'Generic/TransformInput',
    'OutputTransformer/TransformOutput',
    'Generic/TransformOutput',
  ])('answers %s, by the message as it came where the class has no method', async (path) => {
    expect((await ask('Empty', path, tensor(7))).message).toMatchObject(tensor(7));
  });

  it.each(['Model/SendFeedback', 'Router/SendFeedback', 'Generic/SendFeedback'])(
    'hands feedback of %s to the class, with its routing',
    async (path) => {
      const response = { meta: { routing: { 1: 3 } } };
      const feedback = { request: tensor(1), response, reward: 0.5, truth: { strData: 'cat' } };
      const { given } = plain((await ask('Host', path, feedback)).message.jsonData) as { given: unknown[] };
      expect(given).toEqual([[[1]], [], 0.5, 'cat', 3]);
    },
  );

  it('tells its metadata', async () => {
    expect((await ask('Host', 'Model/Metadata', {})).message).toMatchObject({
      name: 'host',
      versions: ['1.0'],
      platform: 'node',
      outputs: [{ messagetype: 'tensor' }],
    });
  });

  it('gives the class numbers where Protobuf has no JSON for them, and an empty tensor', async () => {
    const { grpc } = await host('Kinds');
    const seen = async (message: object) => (await grpc.call('Model/Predict', message)).message.strData;
    expect(await seen(tensor(Number.NaN, Number.POSITIVE_INFINITY, -1))).toBe('[[NaN, Infinity, -1]]');
    expect(await seen({ data: { tensor: { shape: [0] } } })).toBe('[]');
  });
});

describe('a call of a component that fails', () => {
  it.each([
    ['Raises', 'Model/Predict', tensor(1), status.ABORTED, /^bad$/, 'WHY'],
    ['NotANumber', 'Model/Predict', tensor(1), status.INTERNAL, /finite/, 'MICROSERVICE_INTERNAL_ERROR'],
    ['Empty', 'Model/Predict', {}, status.INVALID_ARGUMENT, /^Invalid request data/, 'MICROSERVICE_BAD_DATA'],
    ['Empty', 'Router/Route', tensor(1), status.INVALID_ARGUMENT, /^Route not def/, 'MICROSERVICE_BAD_DATA'],
    ['Flatten', 'Combiner/Aggregate', {}, status.INVALID_ARGUMENT, /^Invalid/, 'MICROSERVICE_BAD_DATA'],
    ['Unfit', 'Model/Predict', tensor(1), status.INTERNAL, /answer of node 1 does not fit/, /INTERNAL_ERROR/],
  ] as const)('%s: %s of %j', async (className, path, message, code, details, reason) => {
    const answer = await ask(className, path, message);
    expectFailure(answer, code, details, expect.stringMatching(reason) as unknown as string);
  });

  it('by bytes that are no message is the caller’s fault, and disturbs nobody', async () => {
    const { grpc } = await host('Identity');
    const answer = await grpc.call('Model/Predict', Buffer.from('{"data":{}}'));
    expectFailure(answer, status.INVALID_ARGUMENT, /^the body cannot be read/, 'MICROSERVICE_BAD_DATA');
    expect((await grpc.call('Model/Predict', tensor(1))).code).toBe(status.OK);
  });

  it('by its size is refused', async () => {
    const { grpc } = await host('Identity', { maxBodyBytes: 1000 });
    expect((await grpc.call('Model/Predict', { strData: 'x'.repeat(2000) })).code).toBe(
      status.RESOURCE_EXHAUSTED,
    );
    expect((await grpc.call('Model/Predict', { strData: 'x' })).code).toBe(status.OK);
  });
});

describe('the gRPC server of a component', () => {
  it('has health and reflection for every service', async () => {
    const { grpcPort } = await host('Identity');
    const client = (file: string, service: string) => {
      const definition = loadPackageDefinition(loadSync(resolve('node_modules', file), { enums: String }));
      const found: Json = service.split('.').reduce((at: Json, name) => at[name], definition);
      const made = new found(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
      closers.push(() => made.close());
      return made;
    };
    const health = client('grpc-health-check/proto/health/v1/health.proto', 'grpc.health.v1.Health');
    const answer = await new Promise((done) =>
      health.check({ service: 'seldon.protos.Model' }, (_: unknown, said: unknown) => done(said)),
    );
    expect(answer).toEqual({ status: 'SERVING' });
    const stream = client(
      '@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto',
      'grpc.reflection.v1.ServerReflection',
    ).ServerReflectionInfo();
    const listed = new Promise<Json>((done) => stream.once('data', done));
    stream.write({ listServices: '*' });
    const names = (await listed).listServicesResponse.service.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(
      ['Combiner', 'Generic', 'Model', 'OutputTransformer', 'Router', 'Transformer'].map(
        (name) => `seldon.protos.${name}`,
      ),
    );
    stream.end();
  });

  it('finishes the call that is on its way before it stops', async () => {
    const { grpc, close, url } = await host('Host');
    const slow = grpc.call('Model/Predict', { data: { names: ['slow'], ndarray: { values: [] } } });
    // The class is in the same process, and has counted what it has begun once another call is answered.
    await grpc.call('Model/Predict', tensor(1));
    await close();
    closers.splice(0);
    grpc.close();
    expect((await slow).code).toBe(status.OK);
    await expect(fetch(`${url}/health/ping`)).rejects.toThrow();
  });

  it('is called by the engine, which is called over REST and gRPC', async () => {
    const { grpcPort } = await host('Numbers');
    const url = `grpc://127.0.0.1:${grpcPort}`;
    const stack = await startStack(
      deploymentYaml('d', '{ name: good, type: MODEL, children: [] }'),
      new Map([['good', { kind: 'url', url }]]),
      { grpcPort: 0 },
    );
    closers.push(() => stack.close());
    const expected = { names: ['a', 'b'], tensor: { shape: [1, 2], values: [1.5, 2.5] } };
    const rest = await fetch(`${stack.router.url}/api/v1.0/predictions`, {
      method: 'POST',
      body: JSON.stringify(tensor(1)),
    });
    expect(((await rest.json()) as Json).data).toEqual(expected);
    const engine = caller(`127.0.0.1:${stack.router.grpcPort}`);
    expect((await engine.call('Seldon/Predict', tensor(1))).message.data).toEqual(expected);
  });
});

describe('switchyard component', () => {
  const surroundings = { cwd: resolve('test') };
  const start = ['component', 'component-classes.Host', '--host', '127.0.0.1'];
  const free = ['--http-port', '0', '--grpc-port', '0', '--metrics-port', '0'];

  it('shares the gRPC port among its workers', async () => {
    const process = new CliProcess([...start, ...free, '--workers', '2'], surroundings);
    const [, port] = await process.says(/gRPC on port (\d+)/);
    const pids = new Set<number>();
    while (pids.size < 2) {
      // A connection of its own each, because one stays with its worker.
      const connection = new GrpcCaller(`127.0.0.1:${port}`);
      const { message } = await connection.call('Model/Predict', tensor(1));
      pids.add(plain(message.jsonData).pid);
      connection.close();
    }
    expect((await process.kill('SIGTERM')).status).toBe(0);
  });

  it('does not start on a port that is taken', async () => {
    const process = new CliProcess([...start, ...free], surroundings);
    const [, port] = await process.says(/gRPC on port (\d+)/);
    const { status: code, stderr } = await switchyard(
      [...start, ...free, '--grpc-port', port!],
      surroundings,
    );
    expect(stderr).toContain(`EADDRINUSE 127.0.0.1:${port}`);
    expect(code).toBe(1);
    await process.kill('SIGTERM');
  });
});

/** A google.protobuf.Value of proto-loader as the value that it stands for. */
function plain({ structValue, listValue, nullValue, ...scalar }: Json): Json {
  if (structValue) {
    return Object.fromEntries(
      Object.entries(structValue.fields ?? {}).map(([name, value]) => [name, plain(value)]),
    );
  }
  if (listValue) return (listValue.values ?? []).map(plain);
  return nullValue === undefined ? Object.values(scalar)[0] : null;
}

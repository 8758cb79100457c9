import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import {
  Client,
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startRouter } from '#router';
import { GrpcCaller, testDatabase, testRedisUrl } from '#testing';
import { Components, deploymentYaml, type Stack, startStack } from './router-stack.js';

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
type Json = any;

const MODEL = '{ name: good, type: MODEL, children: [] }';
const SELDON = 'seldon.protos.Seldon';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(yaml = deploymentYaml('d', MODEL)): Promise<{
  stack: Stack;
  components: Components;
  address: string;
  engine: GrpcCaller;
}> {
  const components = new Components();
  await components.start();
  closers.push(() => components.close());
  const stack = await startStack(yaml, components.map(), { grpcPort: 0 });
  closers.push(() => stack.close());
  const address = `127.0.0.1:${stack.router.grpcPort}`;
  const engine = new GrpcCaller(address);
  closers.push(() => engine.close());
  return { stack, components, address, engine };
}

/** A client of a service that is described in a library's own file. */
function clientOf(file: string, service: string, address: string): Json {
  const definition = loadPackageDefinition(
    loadSync(resolve('node_modules', file), { enums: String }),
  ) as Json;
  const found: ServiceClientConstructor = service.split('.').reduce((at, name) => at[name], definition);
  const client = new found(address, credentials.createInsecure());
  closers.push(() => client.close());
  return client;
}

const healthOf = (address: string) =>
  clientOf('grpc-health-check/proto/health/v1/health.proto', 'grpc.health.v1.Health', address);

function check(health: Json, service: string): Promise<string> {
  return new Promise((done) =>
    health.check({ service }, (error: { code: status } | null, answer: Json) =>
      done(error ? status[error.code]! : answer.status),
    ),
  );
}

describe('the gRPC server', () => {
  it('says that it and its service serve', async () => {
    const health = healthOf((await serve()).address);
    expect(await check(health, '')).toBe('SERVING');
    expect(await check(health, SELDON)).toBe('SERVING');
    expect(await check(health, 'other.Service')).toBe('NOT_FOUND');
  });

  it.each(['v1', 'v1alpha'])('describes its service by reflection %s', async (version) => {
    const file = `@grpc/reflection/build/proto/grpc/reflection/${version}/reflection.proto`;
    const { address } = await serve();
    const stream = clientOf(
      file,
      `grpc.reflection.${version}.ServerReflection`,
      address,
    ).ServerReflectionInfo();
    stream.write({ listServices: '*' });
    const [{ listServicesResponse }] = await once(stream, 'data');
    expect(listServicesResponse.service).toEqual([{ name: SELDON }]);
    stream.write({ fileContainingSymbol: SELDON });
    const [{ fileDescriptorResponse }] = await once(stream, 'data');
    const descriptors: string[] = fileDescriptorResponse.fileDescriptorProto.map(String);
    expect(descriptors.some((text) => text.includes('GraphMetadata'))).toBe(true);
    expect(descriptors.some((text) => text.includes('TensorProto'))).toBe(true);
    stream.end();
  });

  it('lists the services of all the protocols that it serves', async () => {
    const protocols = ['tensorflow', 'v2'].map((protocol) =>
      deploymentYaml(protocol, MODEL).replace('spec:', `spec:\n  protocol: ${protocol}`),
    );
    const { address } = await serve([deploymentYaml('d', MODEL), ...protocols].join('---\n'));
    const listed = [
      SELDON,
      'inference.GRPCInferenceService',
      'tensorflow.serving.PredictionService',
      'tensorflow.serving.ModelService',
    ];
    const health = healthOf(address);
    for (const name of listed) expect(await check(health, name)).toBe('SERVING');
    const stream = clientOf(
      '@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto',
      'grpc.reflection.v1.ServerReflection',
      address,
    ).ServerReflectionInfo();
    stream.write({ listServices: '*' });
    const [{ listServicesResponse }] = await once(stream, 'data');
    expect(listServicesResponse.service).toEqual(listed.map((name) => ({ name })));
    stream.write({ fileContainingSymbol: 'tensorflow.serving.ModelService' });
    const [{ fileDescriptorResponse }] = await once(stream, 'data');
    const descriptors: string[] = fileDescriptorResponse.fileDescriptorProto.map(String);
    expect(descriptors.some((text) => text.includes('GetModelStatus'))).toBe(true);
    stream.end();
  });

  it('knows no other methods', async () => {
    const { engine } = await serve();
    expect((await engine.call('Model/Predict', {})).code).toBe(status.UNIMPLEMENTED);
  });

  it('measures calls under the names of gRPC', async () => {
    const { stack, engine } = await serve();
    await engine.call('Seldon/Predict', { strData: 'x' });
    await engine.call('Seldon/Predict', Buffer.from('{}'));
    await engine.call('Seldon/ModelMetadata', { name: 'x' });
    const metrics = await (await fetch(`${stack.router.url}/metrics`)).text();
    const count = (method: string, code: string) =>
      new RegExp(
        `seldon_api_executor_server_requests_seconds_count\\{deployment_name="d",.*` +
          `service="/seldon.protos.Seldon/${method}",method="unary",code="${code}"\\} 1$`,
        'm',
      );
    expect(metrics).toMatch(count('Predict', 'OK'));
    expect(metrics).toMatch(count('Predict', 'INVALID_ARGUMENT'));
    expect(metrics).toMatch(count('ModelMetadata', 'NOT_FOUND'));
  });

  it('finishes what is on its way, sends away who watches, and takes nothing new', async () => {
    const { stack, components, address, engine } = await serve();
    const watch: ClientReadableStream<Json> = healthOf(address).watch({ service: SELDON });
    const seen: string[] = [];
    watch.on('data', (answer) => seen.push(answer.status));
    const [ended] = [once(watch, 'end')];
    await once(watch, 'data');
    let finish: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      components.on('good', (response, body) => {
        finish = () => response.setHeader('content-type', 'application/json').end(body);
        resolve();
      });
    });
    const late = engine.call('Seldon/Predict', { strData: 'late' });
    await arrived;
    const closed = stack.router.close();
    await ended;
    expect(seen).toEqual(['SERVING', 'NOT_SERVING']);
    const refused = new GrpcCaller(address);
    expect((await refused.call('Seldon/Predict', {})).code).toBe(status.UNAVAILABLE);
    refused.close();
    finish();
    expect(await late).toMatchObject({ code: status.OK, message: { strData: 'late' } });
    await closed;
  });

  it('does not start on a port that is taken, and says which', async () => {
    const occupier = createServer().listen(0, '127.0.0.1');
    await once(occupier, 'listening');
    closers.push(() => occupier.close());
    const { port } = occupier.address() as AddressInfo;
    const start = startRouter({
      host: '127.0.0.1',
      port: 0,
      grpcPort: port,
      databaseUrl: await testDatabase(),
      redisUrl: testRedisUrl(),
      receiptKey: Buffer.alloc(32),
      deployments: [],
    });
    await expect(start).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  it('is not there where it was not asked for', async () => {
    const components = new Components();
    await components.start();
    closers.push(() => components.close());
    const stack = await startStack(deploymentYaml('d', MODEL), components.map());
    closers.push(() => stack.close());
    expect(stack.router.grpcPort).toBeUndefined();
  });

  it('outlives a client that speaks something else', async () => {
    const { address, engine } = await serve();
    await expect(fetch(`http://${address}/`)).rejects.toThrow();
    expect((await engine.call('Seldon/Predict', { strData: 'x' })).code).toBe(status.OK);
  });

  it('answers a compressed message, and refuses one that grows too large', async () => {
    const { address } = await serve();
    const client = new Client(address, credentials.createInsecure(), {
      'grpc.default_compression_algorithm': 2,
    });
    closers.push(() => client.close());
    const send = (size: number) =>
      new Promise<status>((done) => {
        const text = Buffer.alloc(size, 'x');
        client.makeUnaryRequest(
          '/seldon.protos.Seldon/Predict',
          () => Buffer.concat([Buffer.from([0x2a, ...varint(size)]), text]),
          (bytes) => bytes,
          null,
          (error) => done(error?.code ?? status.OK),
        );
      });
    expect(await send(100_000)).toBe(status.OK);
    expect(await send(20 * 1024 * 1024)).toBe(status.RESOURCE_EXHAUSTED);
  });
});

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

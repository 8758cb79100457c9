import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Call } from '#graph';
import { Message, seldonMessageCodec } from '#protocol';
import { type GrpcPeer, rpcError, serveGrpc } from '#testing';
import { failureOf } from '../testing/failure-of.js';
import { GrpcComponent } from './grpc-component.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function serving(...given: Parameters<typeof serveGrpc>): Promise<GrpcPeer> {
  const peer = await serveGrpc(...given);
  closers.push(() => peer.kill());
  return peer;
}

function component(url: string, { timeoutMs = 10_000, maxMessageBytes = 1024 * 1024 } = {}): GrpcComponent {
  const made = new GrpcComponent('model-a', url, { timeoutMs, maxMessageBytes });
  closers.unshift(() => made.close());
  return made;
}

const call = new Call('puid-1');
const message = Message.ofBytes(Buffer.from('{"strData":"x"}'));

describe('GrpcComponent', () => {
  it.each([
    ['predict', 'Model', 'Predict'],
    ['transformInput', 'Transformer', 'TransformInput'],
    ['transformOutput', 'OutputTransformer', 'TransformOutput'],
  ] as const)('%s calls %s/%s and answers with its message', async (method, service, rpc) => {
    const { url } = await serving({
      [service]: { [rpc]: ({ strData }) => ({ strData: `${rpc} ${strData}` }) },
    });
    expect((await component(url)[method](message, call)).value).toEqual({ strData: `${rpc} x` });
  });

  it('sends feedback to Model/SendFeedback, whatever the node is', async () => {
    const { url } = await serving({
      Model: { SendFeedback: ({ reward, truth }) => ({ strData: `${reward} ${truth.strData}` }) },
    });
    const feedback = Message.ofValue({ reward: 0.7, truth: { strData: 't' } });
    const answer = await component(url).sendFeedback(feedback, call);
    expect(answer.value).toEqual({ strData: '0.699999988079071 t' });
  });

  it('reads the route of Router/Route', async () => {
    const { url } = await serving({
      Router: { Route: () => ({ data: { tensor: { shape: [1, 1], values: [2] } } }) },
    });
    expect(await component(url).route(message, call)).toBe(2);
  });

  it('reads what Router/Route says of its propensity, unless the packed request says it already', async () => {
    const tags = { 'switchyard.propensity': { numberValue: 0.25 } };
    const { url } = await serving({
      Router: { Route: () => ({ data: { tensor: { shape: [1, 1], values: [2] } }, meta: { tags } }) },
    });
    const tagged = Message.ofValue({ strData: 'a', meta: { tags: { 'switchyard.propensity': 1 } } });
    const packed = Message.ofPacked(tagged.packedBy(seldonMessageCodec), seldonMessageCodec);
    for (const [request, stated] of [
      [message, 0.25],
      [packed, undefined],
    ] as const) {
      const asked = new Call('p-2');
      expect(await component(url).route(request, asked)).toBe(2);
      expect(asked.statedPropensities.get('model-a')).toBe(stated);
    }
  });

  it.each([[{}], [{ data: { tensor: { shape: [0] } } }], [{ strData: '1' }]])(
    'refuses %j as a route',
    async (answer) => {
      const { url } = await serving({ Router: { Route: () => answer } });
      const error = await failureOf(component(url).route(message, call));
      expect(error).toMatchObject({ node: 'model-a', status: 500, reason: 'MICROSERVICE_BAD_ROUTE' });
      expect(error.info).toContain('the answer is no route');
    },
  );

  it("hands the children's answers to Combiner/Aggregate in order", async () => {
    const { url } = await serving({
      Combiner: {
        Aggregate: ({ seldonMessages }) => ({
          strData: seldonMessages.map(({ strData }: { strData: string }) => strData).join(),
        }),
      },
    });
    const parts = [Message.ofValue({ strData: 'a' }), message, Message.ofValue({ strData: 'c' })];
    expect((await component(url).aggregate(parts, call)).value).toEqual({ strData: 'a,x,c' });
  });

  it('passes packed messages through in both directions without reading them', async () => {
    const { url } = await serving({ Model: { Predict: (request) => request } });
    const packed = seldonMessageCodec.encode({ meta: { puid: 'p' }, binData: 'AAEC' });
    const answer = await component(url).predict(Message.ofPacked(packed, seldonMessageCodec), call);
    expect(answer.packedBy(seldonMessageCodec)).toEqual(packed);
  });

  it('gives the metadata in the form that it has over REST', async () => {
    const { url } = await serving({
      Model: {
        Metadata: () => ({
          name: 'm',
          versions: ['1'],
          inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }, { messagetype: 'tensor' }],
        }),
      },
    });
    expect((await component(url).metadata(call)).bytes.toString()).toBe(
      JSON.stringify({
        name: 'm',
        versions: ['1'],
        inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }, { messagetype: 'tensor' }],
      }),
    );
  });

  it("sends the prediction id and the client's headers, but none that gRPC keeps for itself", async () => {
    let seen: Record<string, unknown> = {};
    const { url } = await serving({
      Model: {
        Predict: (request, metadata) => {
          seen = metadata.getMap();
          return request;
        },
      },
    });
    const headers = {
      authorization: 'Bearer x',
      'x-request-id': '7',
      'x-latin': 'caf\u00e9',
      'x-odd!': '1',
      'trace-bin': 'AAEC',
      host: 'outside.example',
      connection: 'upgrade',
      te: 'gzip',
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'content-length': '999',
      'grpc-timeout': '1n',
      'user-agent': 'curl',
      'seldon-puid': 'other',
    };
    await component(url).predict(message, new Call('puid-1', headers));
    expect(seen).toEqual({
      authorization: 'Bearer x',
      'x-request-id': '7',
      'seldon-puid': 'puid-1',
      'user-agent': expect.stringContaining('grpc-node-js'),
    });
  });

  it.each([
    [status.INVALID_ARGUMENT, 400],
    [status.NOT_FOUND, 404],
    [status.RESOURCE_EXHAUSTED, 429],
    [status.UNKNOWN, 500],
  ])('keeps the status %s of a component that refuses', async (code, http) => {
    const { url } = await serving({
      Model: {
        Predict: () => {
          throw rpcError(code, 'Exception calling application: no');
        },
      },
    });
    const error = await failureOf(component(url).predict(message, call));
    expect(error).toMatchObject({
      status: http,
      reason: 'MICROSERVICE_FAILED',
      rpc: { code, details: 'Exception calling application: no' },
    });
    expect(error.info).toBe(
      `model-a: /seldon.protos.Model/Predict of ${url}: ${status[code]}: Exception calling application: no`,
    );
  });

  it('gives up on a component that hangs, and goes on with it afterwards', async () => {
    let hangs = true;
    const { url } = await serving({
      Model: { Predict: (request) => (hangs ? new Promise(() => undefined) : request) },
    });
    const remote = component(url, { timeoutMs: 100 });
    const error = await failureOf(remote.predict(message, call));
    expect(error).toMatchObject({ status: 500, reason: 'MICROSERVICE_TIMEOUT' });
    expect(error.rpc!.code).toBe(status.DEADLINE_EXCEEDED);
    expect(error.info).toContain(`model-a: /seldon.protos.Model/Predict of ${url}: DEADLINE_EXCEEDED`);
    hangs = false;
    expect((await component(url).predict(message, call)).value).toEqual({ strData: 'x' });
  });

  it('waits no longer than the client does', async () => {
    const { url } = await serving({ Model: { Predict: () => new Promise(() => undefined) } });
    const impatient = new Call('puid-1', {}, false, Date.now() + 100);
    expect(await failureOf(component(url).predict(message, impatient))).toMatchObject({
      reason: 'MICROSERVICE_TIMEOUT',
    });
  });

  it('is unreachable while nobody listens, and usable once somebody does', async () => {
    const { port, url, kill } = await serving({});
    kill();
    const remote = component(url);
    await expect(remote.ready()).rejects.toThrow(`model-a: ${url} does not answer: connect ECONNREFUSED`);
    const error = await failureOf(remote.predict(message, call));
    expect(error).toMatchObject({ status: 500, reason: 'MICROSERVICE_UNREACHABLE' });
    expect(error.info).toContain(`${url}: UNAVAILABLE: `);
    await serving({ Model: { Predict: (request) => request } }, port);
    await remote.ready();
    expect((await remote.predict(message, call)).value).toEqual({ strData: 'x' });
  });

  it('says so when the component dies in the middle of a call, and finds the next one', async () => {
    let asked: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { port, url, kill } = await serving({
      Model: {
        Predict: () => {
          asked();
          return new Promise(() => undefined);
        },
      },
    });
    const remote = component(url);
    const failed = failureOf(remote.predict(message, call));
    await arrived;
    kill();
    expect((await failed).info).toContain(`model-a: /seldon.protos.Model/Predict of ${url}: `);
    await serving({ Model: { Predict: (request) => request } }, port);
    await remote.ready();
    expect((await remote.predict(message, call)).value).toEqual({ strData: 'x' });
  });

  it('refuses an answer that is larger than allowed', async () => {
    const { url } = await serving({ Model: { Predict: () => ({ strData: 'x'.repeat(3000) }) } });
    const error = await failureOf(component(url, { maxMessageBytes: 2000 }).predict(message, call));
    expect(error.rpc!.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(error.info).toMatch(/message larger than max \(\d+ vs 2000\)/);
  });

  it('says that a peer which speaks no gRPC does not', async () => {
    const server = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const remote = component(`grpc://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      timeoutMs: 2000,
    });
    expect((await failureOf(remote.predict(message, call))).node).toBe('model-a');
  });

  it("refuses a client's message that does not fit, before anybody is called", async () => {
    const bad = Message.ofBytes(Buffer.from('{"strData":7}'));
    await expect(component('grpc://127.0.0.1:1').predict(bad, call)).rejects.toThrow(
      'the body does not fit its Protobuf message',
    );
  });
});

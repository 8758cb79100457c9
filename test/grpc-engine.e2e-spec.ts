import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Ledger, ReceiptSigner } from '#experiments';
import { type GrpcAnswer, GrpcCaller, type GrpcPeer, type Respond, rpcError, serveGrpc } from '#testing';
import {
  AB_GRAPH,
  answers,
  Components,
  deploymentYaml,
  INJECT,
  type Stack,
  startStack,
} from './router-stack.js';

/** What the gRPC component `model-b` does; a test may set it. */
let predict: Respond;
let feedback: Respond;
const components = new Components();
let peer: GrpcPeer;
let stack: Stack;
let engine: GrpcCaller;

const tensor = (...values: number[]) => ({ data: { tensor: { shape: [1, values.length], values } } });

const reset = () => {
  components.reset();
  predict = (message) => message;
  feedback = () => ({ strData: 'thanks' });
};

const MODELS = '[{ name: good, type: MODEL, children: [] }, { name: model-b, type: MODEL, children: [] }]';
/** Deployments over REST components (good, other), gRPC components (model-b, chooser) and both. */
const GRAPHS: Readonly<Record<string, string>> = {
  rest: '{ name: good, type: MODEL, children: [] }',
  grpc: '{ name: model-b, type: MODEL, children: [] }',
  combined: `{ name: other, type: COMBINER, children: ${MODELS} }`,
  joined: `{ name: chooser, type: COMBINER, children: ${MODELS} }`,
  routed: `{ name: chooser, type: ROUTER, children: ${MODELS} }`,
  echo: `{ name: slow, type: TRANSFORMER, children: ${MODELS} }`,
};

beforeAll(async () => {
  reset();
  await components.start();
  peer = await serveGrpc({
    Model: {
      Predict: (...given) => predict(...given),
      SendFeedback: (...given) => feedback(...given),
      Metadata: () => ({
        name: 'b',
        versions: ['2'],
        inputs: [{ name: 'x', datatype: 'FP32', shape: [4] }],
        outputs: [{ messagetype: 'tensor' }],
      }),
    },
    Router: { Route: () => tensor(1) },
    Combiner: {
      Aggregate: ({ seldonMessages }) => ({
        strData: seldonMessages.map((one: object) => JSON.stringify(one)).join(' '),
      }),
    },
  });
  const yaml = [
    ...Object.entries(GRAPHS).map(([name, graph]) => deploymentYaml(name, graph)),
    deploymentYaml('ab', AB_GRAPH, { env: INJECT }),
    deploymentYaml('slow', GRAPHS.grpc!).replace('rest-timeout', 'grpc-timeout').replace("'2000'", "'150'"),
  ].join('---\n');
  stack = await startStack(yaml, components.map({ 'model-b': peer.url, chooser: peer.url }), {
    grpcPort: 0,
    maxBodyBytes: 100_000,
  });
  engine = new GrpcCaller(`127.0.0.1:${stack.router.grpcPort}`);
});

afterAll(async () => {
  engine?.close();
  await stack?.close();
  peer?.kill();
  components.close();
});

afterEach(reset);

const at = (seldon: string, more = {}) => ({ metadata: { seldon, ...more } });
const ask = (deployment: string, message: object, more = {}) =>
  engine.call('Seldon/Predict', message, at(deployment, more));

async function rest(deployment: string, path: string, body?: object) {
  const response = await fetch(`${stack.router.url}/seldon/default/${deployment}/api/v1.0/${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
  return { status: response.status, json: (await response.json()) as any };
}

function expectFailure(answer: GrpcAnswer, code: status, details: RegExp, reason: string) {
  expect({ code: status[answer.code], details: answer.details }).toEqual({
    code: status[code],
    details: expect.stringMatching(details),
  });
  expect(answer.trailers.get('switchyard-reason')).toEqual([reason]);
  expect(answer.headers.get('seldon-puid')).toEqual([expect.stringMatching(/./)]);
}

describe('a prediction over gRPC', () => {
  it('is answered by a REST component, which gets JSON, the id and the headers', async () => {
    let seen: Record<string, unknown> = {};
    components.on('good', (response, body, request) => {
      seen = { ...request.headers, body };
      answers('{"data":{"names":["p"],"ndarray":[["dog",1,0.25,null]]},"meta":{"tags":{"k":[1]}}}')(
        response,
        body,
        request,
      );
    });
    const answer = await ask('rest', tensor(1.5, 2), { 'seldon-puid': 'my-id', authorization: 'Bearer x' });
    expect(answer.code).toBe(status.OK);
    expect(answer.message).toMatchObject({
      data: { names: ['p'], ndarray: { values: [{ listValue: { values: expect.any(Array) } }] } },
      meta: { tags: { k: { listValue: { values: [{ numberValue: 1 }] } } } },
    });
    expect(seen).toMatchObject({
      body: '{"data":{"tensor":{"shape":[1,2],"values":[1.5,2]}}}',
      'content-type': 'application/json',
      'seldon-puid': 'my-id',
      authorization: 'Bearer x',
    });
    expect(answer.headers.get('seldon-puid')).toEqual(['my-id']);
  });

  it('is answered by a gRPC component, to which the message passes as it is', async () => {
    let seen: Record<string, unknown> = {};
    predict = (message, metadata) => {
      seen = metadata.getMap();
      return message;
    };
    const message = {
      meta: { puid: 'p' },
      customData: { type_url: 'example.org/Unknown', value: Buffer.of(1) },
    };
    const answer = await ask('grpc', message, { 'x-trace': '7' });
    expect(answer.message).toEqual(message);
    expect(seen).toMatchObject({ 'x-trace': '7', seldon: 'grpc' });
    expect(answer.headers.get('seldon-puid')).toEqual([seen['seldon-puid']]);
    expect(seen['seldon-puid']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('runs through components of both kinds', async () => {
    components.on('good', answers('{"data":{"tensor":{"shape":[1,1],"values":[0.5]}}}'));
    components.on('other', (response, body) =>
      answers(JSON.stringify({ strData: body }))(response, body, null!),
    );
    expect((await ask('combined', tensor(2))).message).toEqual({
      strData:
        '[{"data":{"tensor":{"shape":[1,1],"values":[0.5]}}},{"data":{"tensor":{"shape":[1,1],"values":[2]}}}]',
    });
    const joined = (await ask('joined', tensor(2))).message.strData.split(' ').map(JSON.parse);
    expect(joined).toEqual([tensor(0.5), tensor(2)]);
    const routed = await ask('routed', tensor(3));
    expect(routed.message).toEqual(tensor(3));
    expect(routed.headers.get('switchyard-route')).toEqual(['chooser=model-b']);
  });

  it('carries the decision in metadata and the route in meta, and the same id gets the same arm', async () => {
    const first = await ask('ab', { strData: 'x' }, { 'seldon-puid': 'grpc-1' });
    const [route] = first.headers.get('switchyard-route') as string[];
    const arm = route!.replace('router=', '');
    expect(['model-a', 'model-b']).toContain(arm);
    expect(first.headers.get('switchyard-decision')).toEqual(['grpc-1']);
    const [receipt] = first.headers.get('switchyard-receipt') as string[];
    const [decision] = new ReceiptSigner(Buffer.alloc(32, 7)).open(receipt!);
    expect(decision).toMatchObject({ id: 'grpc-1', arm, propensity: 0.5 });
    expect(first.message).toEqual({
      strData: 'x',
      meta: { puid: 'grpc-1', routing: { router: ['model-a', 'model-b'].indexOf(arm), [arm]: -1 } },
    });
    const again = await ask('ab', { strData: 'y' }, { 'seldon-puid': 'grpc-1' });
    expect(again.headers.get('switchyard-route')).toEqual([route]);
  });

  it('may be an empty message', async () => {
    expect(await ask('grpc', {})).toMatchObject({ code: status.OK, message: {} });
  });
});

describe('a prediction over REST', () => {
  it('is answered by a gRPC component', async () => {
    let seen: unknown;
    predict = (message) => {
      seen = message;
      return { ...message, meta: { metrics: [{ key: 'm', type: 'TIMER', value: 0.5 }] } };
    };
    const body = { data: { names: ['a'], ndarray: [['dog', 1, 0.25]] }, unknown: 1 };
    expect(await rest('grpc', 'predictions', body)).toEqual({
      status: 200,
      json: {
        meta: { metrics: [{ key: 'm', type: 'TIMER', value: 0.5 }] },
        data: { names: ['a'], ndarray: [['dog', 1, 0.25]] },
      },
    });
    expect(seen).toMatchObject({ data: { names: ['a'] } });
  });

  it('that does not fit the Protobuf message is refused', async () => {
    const { status: code, json } = await rest('grpc', 'predictions', { data: { tensor: { values: 'x' } } });
    expect(code).toBe(400);
    expect(json.status).toMatchObject({
      reason: 'MALFORMED_BODY',
      info: expect.stringContaining('the body does not fit its Protobuf message'),
    });
  });

  it("gets the HTTP status of the component's own", async () => {
    predict = () => {
      throw rpcError(status.NOT_FOUND, 'no such customer');
    };
    const { status: code, json } = await rest('grpc', 'predictions', tensor(1));
    expect(code).toBe(404);
    expect(json.status).toMatchObject({
      reason: 'MICROSERVICE_FAILED',
      info: `model-b: /seldon.protos.Model/Predict of ${peer.url}: NOT_FOUND: no such customer`,
    });
  });
});

describe('feedback over gRPC', () => {
  const send = (deployment: string, message: object, more = {}) =>
    engine.call('Seldon/SendFeedback', message, at(deployment, more));
  const rewards = async () => (await stack.storage.get(Ledger).verify()).rewards;

  it('is recorded for its prediction, delivered along the route, and answered once', async () => {
    const { message, headers } = await ask('ab', tensor(1));
    const before = await rewards();
    const seen: unknown[] = [];
    components.on('model-a', (response, body) => {
      seen.push(JSON.parse(body).reward);
      answers('{"strData":"thanks"}')(response, body, null!);
    });
    feedback = ({ reward }) => {
      seen.push(reward);
      return { strData: 'thanks' };
    };
    const answer = await send('ab', { request: tensor(1), response: message, reward: 1 });
    expect(answer).toMatchObject({ code: status.OK, message: {} });
    expect(answer.headers.get('switchyard-reward')).toEqual(['recorded']);
    expect(seen).toEqual([1]);
    expect(await rewards()).toBe(before + 1);
    const [receipt] = headers.get('switchyard-receipt') as string[];
    const repeated = await send('ab', { reward: 1 }, { 'switchyard-receipt': receipt });
    expect(repeated.headers.get('switchyard-reward')).toEqual(['repeated']);
    expect(await rewards()).toBe(before + 1);
  });

  it("has the root's answer, or an empty one where the root has none", async () => {
    expect((await send('grpc', { reward: 0.7, truth: tensor(1) })).message).toEqual({ strData: 'thanks' });
    const response = { meta: { routing: { slow: -1 } } };
    const silent = await send('echo', { request: tensor(1), response, reward: 1 });
    expect(silent).toMatchObject({ code: status.OK, message: {} });
  });

  it('rounds rewards to the 32 bits of the message', async () => {
    let body = '';
    components.on('good', (response, got, request) => {
      body = got;
      answers('{}')(response, got, request);
    });
    await send('rest', { request: { strData: 'x' }, reward: 0.7 });
    expect(body).toBe('{"request":{"strData":"x"},"reward":0.699999988079071}');
  });

  it.each([
    [{}, 'INVALID_FEEDBACK', status.INVALID_ARGUMENT],
    [{ reward: 1 }, 'UNIDENTIFIED_FEEDBACK', status.INVALID_ARGUMENT],
    [{ reward: Number.NaN }, 'INVALID_FEEDBACK', status.INVALID_ARGUMENT],
    [{ response: { meta: { puid: 'nobody' } }, reward: 1 }, 'UNKNOWN_DECISION', status.NOT_FOUND],
  ])('is refused when it is %j', async (message, reason, code) => {
    expectFailure(await send('ab', message), code, /./, reason);
  });
});

describe('metadata over gRPC', () => {
  it('of a node and of the graph has the fields of its messages', async () => {
    components.on(
      'good',
      answers('{"name":"a","versions":["1"],"inputs":[{"messagetype":"tensor","schema":{"names":["x"]}}]}'),
    );
    const node = await engine.call('Seldon/ModelMetadata', { name: 'model-b' }, at('combined'));
    const inputs = [{ name: 'x', datatype: 'FP32', shape: [4] }];
    const modelB = { name: 'b', versions: ['2'], inputs, outputs: [{ messagetype: 'tensor' }] };
    expect(node.message).toMatchObject(modelB);
    expect((await rest('combined', 'metadata/model-b')).json).toEqual(modelB);
    components.on('other', answers('{"name":"c","outputs":[{"messagetype":"jsonData"}]}'));
    const graph = await engine.call('Seldon/GraphMetadata', {}, at('combined'));
    expect(graph.message).toMatchObject({
      name: 'main',
      models: { good: { name: 'a' }, 'model-b': { name: 'b', inputs }, other: { name: 'c' } },
      inputs: [{ messagetype: 'tensor' }],
      outputs: [{ messagetype: 'jsonData' }],
    });
  });

  it('of a node that is not there is NOT_FOUND', async () => {
    const answer = await engine.call('Seldon/ModelMetadata', { name: 'model-x' }, at('combined'));
    expectFailure(
      answer,
      status.NOT_FOUND,
      /^Failed to find model model-x: .*other, good, model-b/,
      'UNKNOWN_NODE',
    );
  });

  it('that does not fit its message is no fault of the client', async () => {
    components.on('good', answers('{"name":"a","versions":"1"}'));
    const answer = await engine.call('Seldon/ModelMetadata', { name: 'good' }, at('rest'));
    expectFailure(answer, status.INTERNAL, /answer of node good does not fit/, 'MICROSERVICE_BAD_DATA');
  });
});

describe('a deployment is chosen', () => {
  it('by its name, with or without the namespace', async () => {
    expect((await ask('grpc', tensor(1), { namespace: 'default' })).code).toBe(status.OK);
    expect((await ask('rest', tensor(1))).code).toBe(status.OK);
  });

  it.each([
    [{}, /default\/rest, default\/grpc.*got seldon nothing and namespace nothing/],
    [{ seldon: 'nothing' }, /got seldon "nothing"/],
    [{ seldon: 'grpc', namespace: 'other' }, /got seldon "grpc" and namespace "other"/],
  ])('%j leads to none', async (metadata, details) => {
    const answer = await engine.call('Seldon/Predict', tensor(1), { metadata });
    expectFailure(answer, status.NOT_FOUND, details, 'UNKNOWN_DEPLOYMENT');
  });

  it('without a word while it is the only one', async () => {
    const sole = await startStack(deploymentYaml('sole', GRAPHS.rest!), components.map(), { grpcPort: 0 });
    const caller = new GrpcCaller(`127.0.0.1:${sole.router.grpcPort}`);
    expect((await caller.call('Seldon/Predict', tensor(1))).message).toEqual(tensor(1));
    caller.close();
    await sole.close();
  });
});

describe('a call that fails', () => {
  it.each([
    [status.UNKNOWN, 'Exception calling application: h\u00e9, 100 %'],
    [status.PERMISSION_DENIED, ''],
  ])("keeps the gRPC component's status %s", async (code, details) => {
    predict = () => {
      throw rpcError(code, details);
    };
    const answer = await ask('grpc', tensor(1));
    expect([answer.code, answer.details]).toEqual([code, details]);
    expect(answer.trailers.get('switchyard-reason')).toEqual(['MICROSERVICE_FAILED']);
  });

  it.each([
    [400, 'BAD', status.INVALID_ARGUMENT],
    [404, 'GONE', status.NOT_FOUND],
    [429, 'BUSY', status.RESOURCE_EXHAUSTED],
    [500, 'OUT', status.INTERNAL],
    [503, 'OUT', status.UNAVAILABLE],
  ])('of a REST component with %d says the same in the words of gRPC', async (http, reason, code) => {
    const body = { status: { code: http, info: 'no', reason, status: 'FAILURE' } };
    components.on('good', answers(JSON.stringify(body), http));
    expectFailure(await ask('rest', tensor(1)), code, /^good: POST .*\/predict: it answered/, reason);
  });

  it('by an answer that is no SeldonMessage names the node', async () => {
    components.on('good', answers('{"strData":{}}'));
    expectFailure(
      await ask('rest', tensor(1)),
      status.INTERNAL,
      /^the answer of node good does not fit its Protobuf message/,
      'MICROSERVICE_BAD_DATA',
    );
  });

  it('by bytes that are no message says so, and disturbs nobody', async () => {
    const answer = await engine.call('Seldon/Predict', Buffer.from('{"data":{}}'), at('rest'));
    expectFailure(answer, status.INVALID_ARGUMENT, /^the body cannot be read/, 'MALFORMED_BODY');
    expect((await ask('rest', tensor(1))).code).toBe(status.OK);
  });

  it('by its size is refused before anything runs', async () => {
    const answer = await ask('grpc', { strData: 'x'.repeat(200_000) });
    expect([status[answer.code], answer.details]).toEqual([
      'RESOURCE_EXHAUSTED',
      expect.stringMatching(/larger than max \(\d+ vs\.? 100000\)/),
    ]);
    expect((await ask('grpc', { strData: 'x'.repeat(90_000) })).code).toBe(status.OK);
  });

  it.each(['a b', 'a,b', 'x'.repeat(129)])('by the id %j says what an id is', async (puid) => {
    const answer = await ask('grpc', tensor(1), { 'seldon-puid': puid });
    expectFailure(answer, status.INVALID_ARGUMENT, /^Seldon-Puid must be 1 to 128/, 'INVALID_PUID');
  });

  it('because a component hangs ends at its time limit and names the node', async () => {
    predict = () => new Promise(() => undefined);
    const answer = await ask('slow', tensor(1));
    expectFailure(answer, status.DEADLINE_EXCEEDED, /^model-b: .*DEADLINE_EXCEEDED/, 'MICROSERVICE_TIMEOUT');
  });

  it('because a component is down names the node, and works once it is up', async () => {
    const { port, kill } = peer;
    kill();
    const answer = await ask('grpc', tensor(1));
    expectFailure(answer, status.UNAVAILABLE, /^model-b: .*UNAVAILABLE/, 'MICROSERVICE_UNREACHABLE');
    peer = await serveGrpc({ Model: { Predict: (...given) => predict(...given) } }, port);
    for (;;) {
      const { code, message } = await ask('grpc', tensor(1));
      if (code !== status.OK) continue;
      expect(message).toEqual(tensor(1));
      break;
    }
  });
});

describe('a client that does not wait', () => {
  it('hands its deadline on to gRPC components', async () => {
    let remaining = Number.POSITIVE_INFINITY;
    predict = (message, _metadata, call) => {
      remaining = Number(call.getDeadline()) - Date.now();
      return message;
    };
    await engine.call('Seldon/Predict', tensor(1), { ...at('grpc'), deadlineMs: 5000 });
    expect(remaining).toBeLessThanOrEqual(5000);
  });

  it('may cancel, and the next call is answered', async () => {
    let arrived: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let finish: () => void = () => undefined;
    predict = (message) => {
      arrived();
      return new Promise((resolve) => {
        finish = () => resolve(message);
      });
    };
    let cancel: () => void = () => undefined;
    const cancelled = engine.call('Seldon/Predict', tensor(1), {
      ...at('grpc'),
      onCall: (call) => {
        cancel = () => call.cancel();
      },
    });
    await started;
    cancel();
    expect((await cancelled).code).toBe(status.CANCELLED);
    finish();
    reset();
    expect((await ask('grpc', tensor(1))).code).toBe(status.OK);
  });
});

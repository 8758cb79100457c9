import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CliProcess } from '../cli-process.js';
import type { PythonEnvironment } from '../python/environment.js';
import { COMPONENTS } from './python-components.js';
import { type ClientCall, type Outcome, SeldonClient } from './seldon-client.js';
import { describeEachSeldon } from './seldon-versions.js';

const tensor = (shape: number[], values: number[], names: string[] = []) => ({
  data: { tensor: { shape, values }, ...(names.length > 0 && { names }) },
});

/** What components/every-method.ts makes of it. */
const CALLS: readonly { title: string; args: object; answer: object }[] = [
  {
    title: 'predict with a tensor',
    args: { method: 'predict', data: [[1, 2]] },
    answer: tensor([1, 2], [2, 4], ['t:0', 't:1']),
  },
  {
    title: 'predict with an ndarray',
    args: { method: 'predict', payload_type: 'ndarray', data: [[1, 2]] },
    answer: { data: { names: ['t:0', 't:1'], ndarray: [[2, 4]] } },
  },
  { title: 'predict with bytes', args: { method: 'predict', bin_data: 'abc' }, answer: { binData: 'YWJj' } },
  {
    title: 'predict with a string',
    args: { method: 'predict', str_data: 'a & b=ü' },
    answer: { strData: 'a & b=ü' },
  },
  {
    title: 'predict with JSON',
    args: { method: 'predict', json_data: { a: [1, null] } },
    answer: { jsonData: { a: [1, null] } },
  },
  {
    title: 'transform-input',
    args: { method: 'transform-input', data: [[1], [2]], names: ['a'] },
    answer: tensor([2, 1], [2, 3], ['t:0']),
  },
  {
    title: 'transform-output',
    args: { method: 'transform-output', data: [[1], [2]] },
    answer: tensor([2, 1], [0, 1], ['t:0']),
  },
  { title: 'route', args: { method: 'route', data: [[5], [6]] }, answer: tensor([1, 1], [2], ['t:0']) },
  {
    title: 'aggregate',
    args: { method: 'aggregate', datas: [[[1]], [[2]]] },
    answer: tensor([2, 1], [1, 2], ['t:0']),
  },
];

for (const transport of ['rest', 'grpc'] as const) {
  describeEachSeldon(`over ${transport}, microservice calls of the Python client`, (python) =>
    callTests(python, transport),
  );
}

function callTests(python: PythonEnvironment, transport: 'rest' | 'grpc'): void {
  let host: CliProcess;
  let client: SeldonClient;
  let endpoint: string;
  beforeAll(async () => {
    const address = ['--host', '127.0.0.1', '--http-port', '0', '--grpc-port', '0', '--metrics-port', '0'];
    host = new CliProcess(['component', 'EveryMethod', ...address], {
      cwd: COMPONENTS,
      env: { PREDICTIVE_UNIT_ID: 'every-method' },
    });
    const [, httpPort, grpcPort] = await host.says(/listens on http:\S+:(\d+), gRPC on port (\d+),/);
    endpoint = `127.0.0.1:${transport === 'rest' ? httpPort : grpcPort}`;
    client = new SeldonClient(python);
  });
  afterAll(async () => {
    await client?.stop();
    await host?.kill('SIGTERM');
  });

  const call = (method: ClientCall['method'], args: object): Promise<Outcome> =>
    client.call({ client: { transport, microservice_endpoint: endpoint }, method, args: { ...args } });

  it.each(CALLS)('$title', async ({ args, answer }) => {
    const { success, msg, response } = await call('microservice', args);
    expect({ success, msg }).toEqual({ success: true, msg: '' });
    expect(response).toMatchObject(answer);
  });

  /** Over REST the client leaves it out. */
  if (transport === 'grpc') {
    it('predict with custom data', async () => {
      const { success, response } = await call('microservice', { method: 'predict', custom_data: 'mine' });
      expect(success).toBe(true);
      expect(response.jsonData).toEqual({
        '@type': 'type.googleapis.com/google.protobuf.StringValue',
        value: 'mine',
      });
    });
  }

  it('send feedback', async () => {
    const feedback = await call('microservice_feedback', {
      prediction_request: { data: { ndarray: [[7]] } },
      prediction_response: { meta: { routing: { 'every-method': 1 } } },
      reward: 0.5,
    });
    expect(feedback).toMatchObject({ success: true, msg: '' });
    const { response } = await call('microservice', { method: 'predict', str_data: '' });
    expect(response.meta.tags.feedback).toEqual([{ rows: [[7]], reward: 0.5, routing: 1 }]);
  });

  it('are told what the class throws', async () => {
    const { success, msg, response } = await call('microservice', { method: 'predict', str_data: 'bad' });
    expect(success).toBe(false);
    if (transport === 'grpc') {
      expect(msg).toMatch(/StatusCode\.INVALID_ARGUMENT\s+details = "expected anything but bad"/);
      return;
    }
    expect(response.status).toEqual({
      code: -1,
      info: 'expected anything but bad',
      reason: 'MICROSERVICE_BAD_DATA',
      status: 'FAILURE',
    });
  });
}

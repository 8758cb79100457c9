import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { protocolYaml } from '../protocol-deployments.js';
import { describeWith, pythonEnvironment } from '../python/environment.js';
import { START_MS } from '../python/peer.js';
import { INJECT, type Stack, startStack } from '../router-stack.js';
import { readEntries } from './graphs.js';
import { InferenceClient, type InferenceOutcome, type MlServer, startMlServer } from './inference-peers.js';

const python = await pythonEnvironment('inference-v2');

const DEPLOYMENTS = protocolYaml(
  {
    plain: ['v2', '{ name: m, type: MODEL }'],
    chain: ['v2', '{ name: a, type: MODEL, children: [{ name: b, type: MODEL }] }'],
    experiment: [
      'v2',
      '{ name: chooser, implementation: RANDOM, children: [{ name: a, type: MODEL }, { name: b, type: MODEL }] }',
    ],
    seldon: ['seldon', '{ name: a, type: MODEL }'],
  },
  INJECT,
);
const DEPLOYED = ['plain', 'chain', 'experiment', 'seldon'] as const;

describeWith([python], 'the Open Inference Protocol with MLServer 1.7.1 and tritonclient 2.73.0', () => {
  let server: MlServer;
  let client: InferenceClient;
  beforeAll(async () => {
    server = await startMlServer(python);
    client = new InferenceClient(python);
  }, START_MS);
  afterAll(async () => {
    await client?.stop();
    await server?.stop();
  });

  describe.each([
    { title: 'REST', url: () => server.url },
    { title: 'gRPC', url: () => server.grpcUrl },
  ])('MLServer called over $title', ({ title: called, url }) => {
    let stack: Stack;
    beforeAll(async () => {
      const entries = await readEntries({
        m: { url: url() },
        a: { url: url(), protocol: 'v2', model: 'doubler' },
        b: { url: url(), protocol: 'v2', model: 'tripler' },
      });
      stack = await startStack(DEPLOYMENTS, entries, { grpcPort: 0 });
    });
    afterAll(() => stack?.close());

    it("answers a client of Seldon's protocol", async () => {
      const answer = await fetch(`${stack.router.url}/seldon/default/seldon/api/v1.0/predictions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ data: { ndarray: [[1, 2.5]] } }),
      });
      expect(await answer.json()).toMatchObject({ data: { ndarray: [[2, 5]] } });
    });

    describe.each(['http', 'grpc'] as const)('tritonclient over %s', (transport) => {
      const call = (
        deployment: (typeof DEPLOYED)[number],
        method: string,
        args: Readonly<Record<string, unknown>> = {},
      ): Promise<InferenceOutcome> => {
        const { port, grpcPort } = stack.router;
        const byPath = `127.0.0.1:${port}/seldon/default/${deployment}`;
        const given = transport === 'http' ? args : { headers: { seldon: deployment }, ...args };
        return client.call({
          transport,
          url: transport === 'http' ? byPath : `127.0.0.1:${grpcPort}`,
          method,
          args: given,
        });
      };
      /** Fails with the outcome where it is no success. */
      const infer = async (
        deployment: (typeof DEPLOYED)[number],
        args: Readonly<Record<string, unknown>>,
      ) => {
        const outcome = await call(deployment, 'infer', args);
        expect(outcome).toEqual({ success: true, response: expect.anything() });
        return outcome.response;
      };
      const x = (values: number[][]) => ({ x: ['FP64', values] });

      it('gets the answer of the model that it names', async () => {
        for (const [model_name, factor] of [
          ['doubler', 2],
          ['tripler', 3],
        ] as const) {
          const inputs = x([[1, 2.5]]);
          const response = await infer('plain', { model_name, request_id: 'mine', inputs });
          expect(response).toMatchObject({ model_name, id: 'mine' });
          expect(response.outputs).toEqual({ product: [[factor, factor * 2.5]] });
        }
      });

      it('gets tensors of every kind back as it sent them', async () => {
        const inputs = {
          numbers: ['INT64', [[1], [-2]]],
          halves: ['FP32', [0.5]],
          flags: ['BOOL', [true, false]],
          texts: ['BYTES', [['dog', 'é']]],
        };
        const response = await infer('plain', { model_name: 'echo', inputs });
        const sent = Object.entries(inputs).map(([name, [, values]]) => [name, values]);
        expect(response.outputs).toEqual(Object.fromEntries(sent));
      });

      it('gets the product of both factors of a chain', async () => {
        const response = await infer('chain', { model_name: 'any', inputs: x([[1], [0.5]]) });
        expect(response.outputs).toEqual({ product: [[6], [3]] });
      });

      it('gets one arm or the other of an experiment', async () => {
        const factors = new Set<number>();
        while (factors.size < 2) {
          const response = await infer('experiment', { model_name: 'any', inputs: x([[1]]) });
          const [[factor]] = response.outputs.product;
          expect(response.model_name).toBe(factor === 2 ? 'doubler' : 'tripler');
          factors.add(factor);
        }
        expect([...factors].sort()).toEqual([2, 3]);
      });

      it('asks for health and metadata', async () => {
        const of = { model_name: 'doubler' };
        expect(await call('plain', 'is_server_live')).toEqual({ success: true, response: true });
        expect(await call('plain', 'is_server_ready')).toEqual({ success: true, response: true });
        expect(await call('plain', 'is_model_ready', of)).toEqual({ success: true, response: true });
        const metadata = await call('plain', 'get_model_metadata', of);
        expect(metadata).toMatchObject({ success: true, response: { name: 'doubler' } });
      });

      it('is told that a model is not known', async () => {
        const outcome = await call('plain', 'infer', { model_name: 'nobody', inputs: x([[1]]) });
        expect(outcome).toMatchObject({
          success: false,
          msg: expect.stringMatching(/Model nobody .*not found/),
        });
        expect(outcome.status).toBe(transport === 'http' ? '404' : 'StatusCode.NOT_FOUND');
        // A status that came over gRPC goes on over gRPC as it is.
        if (transport === 'http' || called === 'REST') expect(outcome.msg).toMatch(/^m: /);
      });
    });
  });
});

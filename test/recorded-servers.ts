import { isDeepStrictEqual } from 'node:util';
import { ModelServer, refuse, tensorflowServer } from './model-servers.js';
import type { ComponentEntry } from './protocol-deployments.js';

/** The model servers of the deployments in Seldon's documentation, for seldon-deployment.e2e-spec.ts. */

// biome-ignore lint/suspicious/noExplicitAny: each server knows what its case sends
type Json = any;

interface RecordedServer {
  readonly node: string;
  readonly server: ModelServer;
  /** Where the server does not speak the deployment's protocol. */
  readonly spoken?: Pick<Extract<ComponentEntry, { kind: 'url' }>, 'protocol'>;
}

const V2_PATH = /^\/v2\/models\/(?<model>[^/]+)(?<call>\/infer)$/;

export const RECORDED_SERVERS: Readonly<Record<string, () => RecordedServer>> = {
  'doc-tf-half-plus-two': () => ({ node: 'halfplustwo', server: tensorflowServer(['halfplustwo']) }),
  'doc-triton': () => ({
    node: 'simple',
    server: new ModelServer((_, model, body) => sumAndDifference(model, body), V2_PATH, ['simple']),
  }),
  // What follows holds the messages, not the models: they are not here, and their answers are the recorded ones.
  'doc-sklearn-v2': () => ({
    node: 'classifier',
    server: answering(
      { name: 'predict', shape: [1, 4], datatype: 'FP32', data: [[1, 2, 3, 4]] },
      { name: 'predict', shape: [1], datatype: 'FP32', parameters: null, data: [2] },
    ),
  }),
  'doc-mlflow': () => ({
    node: 'classifier',
    server: answering(
      {
        name: 'predict',
        shape: [1, 11],
        datatype: 'FP64',
        data: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1],
      },
      { name: 'predict', shape: [1], datatype: 'FP64', data: [5.275558760255382] },
    ),
    spoken: { protocol: 'v2' },
  }),
};

/** Triton's example `simple`. */
function sumAndDifference(model: string, body: Json): Json {
  const [a, b] = ['INPUT0', 'INPUT1'].map((wanted) => {
    const { datatype, shape, data } = body.inputs.find(({ name }: Json) => name === wanted) ?? {};
    if (datatype !== 'INT32' || !isDeepStrictEqual(shape, [1, 16])) refuse(`unexpected shape of ${wanted}`);
    return data as number[];
  }) as [number[], number[]];
  const output = (name: string, data: number[]) => ({ name, datatype: 'INT32', shape: [1, 16], data });
  return {
    model_name: model,
    model_version: '1',
    outputs: [
      output(
        'OUTPUT0',
        a.map((value, i) => value + b[i]!),
      ),
      output(
        'OUTPUT1',
        a.map((value, i) => value - b[i]!),
      ),
    ],
  };
}

/** Knows the answer to one input, and no other input. */
function answering(input: Json, output: Json): ModelServer {
  const answer = (_: string, model: string, { inputs }: Json) => {
    if (!isDeepStrictEqual(inputs, [input])) refuse(`unexpected inputs ${JSON.stringify(inputs)}`);
    return { model_name: model, model_version: 'v1', outputs: [output] };
  };
  return new ModelServer(answer, V2_PATH, ['classifier']);
}

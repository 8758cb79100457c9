import { status } from '@grpc/grpc-js';
import { type GrpcPeer, rpcError, serveGrpc } from '#testing';

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
type Json = any;

/** A TensorFlow Serving whose models halve and add two; `echo` gives back what it gets. Strict as the real one is. */
export async function tensorflowGrpcServer(asked: Json[], models: readonly string[]): Promise<GrpcPeer> {
  const known = (spec: Json) => {
    if (!models.includes(spec?.name)) throw rpcError(status.NOT_FOUND, `Servable not found: ${spec?.name}`);
    return { ...spec, version: spec.version ?? { value: 1 }, signature_name: 'serving_default' };
  };
  const noted = (request: Json) => {
    asked.push(request);
    return request;
  };
  return serveGrpc({
    PredictionService: {
      Predict: (request) => {
        const { model_spec, inputs } = noted(request);
        const answered = known(model_spec);
        const outputs = answered.name === 'echo' ? inputs : { y: halfPlusTwo(inputs) };
        return { outputs, model_spec: answered };
      },
      Classify: (request) => {
        const { model_spec, input } = noted(request);
        const classifications = input.example_list.examples.map(() => ({
          classes: [{ label: 'cat', score: 0.75 }],
        }));
        return { result: { classifications }, model_spec: known(model_spec) };
      },
      Regress: (request) => {
        const { model_spec, input } = noted(request);
        const regressions = input.example_list.examples.map(() => ({ value: 2.5 }));
        return { result: { regressions }, model_spec: known(model_spec) };
      },
      MultiInference: (request) => ({
        results: noted(request).tasks.map(({ model_spec }: Json) => ({
          model_spec: known(model_spec),
          regression_result: { regressions: [{ value: 2.5 }] },
        })),
      }),
      GetModelMetadata: (request) => {
        const { model_spec, metadata_field } = noted(request);
        if (metadata_field[0] !== 'signature_def') throw rpcError(status.INVALID_ARGUMENT, 'metadata_field');
        const type_url = 'type.googleapis.com/tensorflow.serving.SignatureDefMap';
        return {
          model_spec: known(model_spec),
          metadata: { signature_def: { type_url, value: Buffer.from('0a02', 'hex') } },
        };
      },
    },
    ModelService: {
      GetModelStatus: (request) => {
        const { version } = known(noted(request).model_spec);
        return {
          model_version_status: [
            { version: version.value, state: 'LOADING', status: { error_code: 'OK', error_message: '' } },
          ],
        };
      },
    },
  });
}

function halfPlusTwo({ x, ...others }: Json): Json {
  if (x === undefined || Object.keys(others).length > 0) {
    throw rpcError(status.INVALID_ARGUMENT, `input keys: x, got ${Object.keys({ x, ...others })}`);
  }
  if (x.dtype !== 'DT_FLOAT') throw rpcError(status.INVALID_ARGUMENT, `expected float, got ${x.dtype}`);
  const values = x.tensor_content ? floatsIn(x.tensor_content) : x.float_val;
  return { ...x, tensor_content: undefined, float_val: values.map((value: number) => value / 2 + 2) };
}

function floatsIn(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}

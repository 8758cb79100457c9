import {
  GRPCInferenceService,
  InvalidFieldError,
  inferenceCodec,
  inferRequestCodec,
  Message,
  readModel,
} from '#protocol';
import { inPath } from './in-path.js';
import type { RpcService, Target } from './rpc.js';

const { method } = GRPCInferenceService;
const READY = Message.ofValue({ ready: true });
const NOT_READY = Message.ofValue({ ready: false });
const asItIs = (answer: Message) => answer;

/** The Open Inference Protocol over gRPC. */
export const inferenceService: RpcService = {
  protocol: 'v2',
  service: GRPCInferenceService,
  codecOf: inferenceCodec,
  rpcs: [
    { method: method.serverLive, service: 'live', replyOf: asItIs },
    { method: method.serverReady, service: 'ready', replyOf: () => READY, notReady: NOT_READY },
    { method: method.serverMetadata, service: 'server', replyOf: asItIs },
    {
      method: method.modelReady,
      service: 'status',
      targetOf: ({ value }) => modelIn(value as Named),
      replyOf: () => READY,
      notReady: NOT_READY,
    },
    {
      method: method.modelMetadata,
      service: 'metadata',
      targetOf: ({ value }) => modelIn(value as Named),
      replyOf: asItIs,
    },
    {
      method: method.modelInfer,
      service: 'predictions',
      targetOf: (request) =>
        targetIn(readModel(request.packedBy(inferRequestCodec)), 'model_name', 'model_version'),
      replyOf: asItIs,
    },
  ],
};

interface Named {
  readonly name?: string;
  readonly version?: string;
}

/** Who asks about a model has to name it. */
function modelIn(named: Named): Target {
  const target = targetIn(named, 'name', 'version');
  if (target.name === undefined) throw new InvalidFieldError('name', 'the name of a model', '');
  return target;
}

/** Undefined where nothing is named. Throws `InvalidFieldError` for what could not stand in a path. */
function targetIn({ name = '', version = '' }: Named, nameField: string, versionField: string): Target {
  return {
    name: name === '' ? undefined : inPath(name, nameField),
    version: version === '' ? undefined : `versions/${inPath(version, versionField)}`,
  };
}

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Int64ValueSchema } from '@bufbuild/protobuf/wkt';
import { MalformedBodyError } from '../errors.js';
import { type ModelSpec, ModelSpecSchema } from '../generated/tensorflow_serving/apis/model_pb.js';
import { nestedIn, nestedMessages, withNested, withTexts } from './wire.js';

/** Of every request of TensorFlow Serving but MultiInferenceRequest, and of each task in that. */
const MODEL_SPEC = 1;
const TASKS = 1;
const INPUTS = 2;
const NAME_OF_INPUT = 1;

/** A model as TensorFlow Serving is asked for it: of a version, of the version with a label, or of the newest. */
export interface TfModel {
  /** Empty where a request names none. */
  readonly name: string;
  readonly version?: bigint;
  readonly label?: string;
}

/** Of a packed request; nothing else of it is read. Throws `MalformedBodyError` where it is no Protobuf. */
export function readTfModel(request: Buffer): TfModel {
  const { name, versionChoice: choice } = specOf(request);
  if (choice.case === 'version') return { name, version: choice.value.value };
  return choice.case === 'versionLabel' ? { name, label: choice.value } : { name };
}

function specOf(request: Buffer): ModelSpec {
  return reading('model_spec', () => fromBinary(ModelSpecSchema, nestedIn(request, MODEL_SPEC)));
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new MalformedBodyError(`the body has no ${what}: ${(error as Error).message}`);
  }
}

/** A packed request for another model; the signature stays. Throws `MalformedBodyError`. */
export function withTfModel(request: Buffer, model: TfModel): Buffer {
  const { signatureName } = specOf(request);
  const { name } = model;
  const spec = create(ModelSpecSchema, { name, signatureName, versionChoice: choiceOf(model) });
  return withNested(request, MODEL_SPEC, [toBinary(ModelSpecSchema, spec)]);
}

function choiceOf({ version, label }: TfModel): ModelSpec['versionChoice'] {
  if (version !== undefined) return { case: 'version', value: create(Int64ValueSchema, { value: version }) };
  return label === undefined ? { case: undefined } : { case: 'versionLabel', value: label };
}

/** A packed MultiInferenceRequest with other tasks. Throws `MalformedBodyError`. */
export function withTasks(request: Buffer, change: (task: Buffer) => Buffer): Buffer {
  const tasks = reading('tasks', () => nestedMessages(request, TASKS));
  return withNested(request, TASKS, tasks.map(change));
}

/** A packed PredictRequest whose only input has this name; several keep theirs. Throws `MalformedBodyError`. */
export function withInputName(request: Buffer, name: string): Buffer {
  const [sole, ...others] = reading('inputs', () => nestedMessages(request, INPUTS));
  if (sole === undefined || others.length > 0) return request;
  return withNested(request, INPUTS, [withTexts(sole, { [NAME_OF_INPUT]: name })]);
}

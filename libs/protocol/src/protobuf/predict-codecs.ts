import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { Codec } from '../codec.js';
import { isObject, objectAt } from '../dialects/seldon-payload.js';
import { columnsOf, isBinary, rowsOf } from '../dialects/tensorflow-rows.js';
import { InvalidFieldError } from '../errors.js';
import type { TensorProto } from '../generated/tensorflow/core/framework/tensor_pb.js';
import { ModelSpecSchema } from '../generated/tensorflow_serving/apis/model_pb.js';
import {
  PredictRequestSchema,
  PredictResponseSchema,
} from '../generated/tensorflow_serving/apis/predict_pb.js';
import type { Message } from '../message.js';
import { bufferOf } from './buffer-of.js';
import { packTfTensor, unpackTfTensor } from './tf-tensors.js';
import { renumbered } from './wire.js';

/** Rows are `instances` and `predictions`, columns `inputs` and `outputs`. */
export type PredictForm = 'rows' | 'columns';

/** What JSON does not say of the tensors that it becomes. */
interface TensorDefaults {
  readonly name: string;
  /** Of numbers. */
  readonly datatype: string;
}

type Tensors = Readonly<Record<string, TensorProto>>;

/** What requests and answers differ in. */
interface Side {
  readonly members: Readonly<Record<PredictForm, string>>;
  /** The fields of the other side as this one numbers them. */
  readonly numbers: Readonly<Record<number, number | null>>;
  readonly write: (tensors: Tensors, signature: string) => Uint8Array;
  readonly read: (bytes: Buffer) => { readonly tensors: Tensors; readonly signature: string };
}

/** The model that answered is not the one that is asked next. */
const REQUEST: Side = {
  members: { rows: 'instances', columns: 'inputs' },
  numbers: { 1: 2, 2: null },
  write: (inputs, signatureName) => {
    const modelSpec = signatureName === '' ? {} : { modelSpec: create(ModelSpecSchema, { signatureName }) };
    return toBinary(PredictRequestSchema, create(PredictRequestSchema, { inputs, ...modelSpec }));
  },
  read: (bytes) => {
    const { inputs, modelSpec, outputFilter } = fromBinary(PredictRequestSchema, bytes);
    if (outputFilter.length > 0) {
      throw new InvalidFieldError('output_filter', 'empty to become JSON', outputFilter);
    }
    return { tensors: inputs, signature: modelSpec?.signatureName ?? '' };
  },
};

const ANSWER: Side = {
  members: { rows: 'predictions', columns: 'outputs' },
  numbers: { 1: 2, 2: 1, 3: null },
  write: (outputs) => toBinary(PredictResponseSchema, create(PredictResponseSchema, { outputs })),
  read: (bytes) => ({ tensors: fromBinary(PredictResponseSchema, bytes).outputs, signature: '' }),
};

/** One side of a Predict in one form of JSON. Between the two sides nothing is read but the numbers of fields. */
class PredictCodec implements Codec {
  constructor(
    private readonly side: Side,
    readonly form: PredictForm,
    private readonly defaults: TensorDefaults,
  ) {}

  encode(value: unknown): Buffer {
    const message = objectAt('the message', value);
    const { field, arrays } = this.arraysIn(message);
    const tensors = Array.from(arrays, ([name, array]): [string, TensorProto] => [
      name,
      packTfTensor(array, this.defaults.datatype, `${field}.${name}`),
    ]);
    const signature = message.signature_name;
    return bufferOf(
      this.side.write(Object.fromEntries(tensors), typeof signature === 'string' ? signature : ''),
    );
  }

  decode(bytes: Buffer): unknown {
    const { tensors, signature } = this.side.read(bytes);
    const { columns: field } = this.side.members;
    const arrays = new Map(
      Object.entries(tensors).map(([name, tensor]) => [name, unpackTfTensor(tensor, `${field}.${name}`)]),
    );
    const payload = this.form === 'rows' ? rowsOf(arrays, field) : this.columnsFrom(arrays);
    return {
      ...(signature === '' ? {} : { signature_name: signature }),
      [this.side.members[this.form]]: payload,
    };
  }

  adopt(bytes: Buffer, from: Codec): Buffer | null {
    if (!(from instanceof PredictCodec)) return null;
    return from.side === this.side ? bytes : renumbered(bytes, this.side.numbers);
  }

  /** The only output has no name in JSON; an input keeps its own. */
  private columnsFrom(arrays: ReadonlyMap<string, unknown>): unknown {
    const [sole] = arrays.values();
    return this.side === ANSWER && arrays.size === 1 ? sole : Object.fromEntries(arrays);
  }

  /** Of this side, or else of the other. */
  private arraysIn(message: Readonly<Record<string, unknown>>) {
    for (const { members } of [this.side, this.side === REQUEST ? ANSWER : REQUEST]) {
      for (const form of ['rows', 'columns'] as const) {
        const field = members[form];
        if (message[field] !== undefined) return { field, arrays: this.read(form, message[field], field) };
      }
    }
    const { rows, columns } = this.side.members;
    throw new InvalidFieldError(rows, `a list, or ${columns} given`, message[rows]);
  }

  private read(form: PredictForm, value: unknown, field: string): ReadonlyMap<string, unknown> {
    const sole = new Map([[this.defaults.name, value]]);
    if (form === 'columns')
      return isObject(value) && !isBinary(value) ? new Map(Object.entries(value)) : sole;
    if (!Array.isArray(value)) throw new InvalidFieldError(field, 'a list', value);
    return columnsOf(value, field) ?? sole;
  }
}

/** One codec for each form. */
export type PredictCodecs = Readonly<Record<PredictForm, PredictCodec>>;

function inBothForms(side: Side, defaults: TensorDefaults): PredictCodecs {
  return {
    rows: new PredictCodec(side, 'rows', defaults),
    columns: new PredictCodec(side, 'columns', defaults),
  };
}

/**
 * Requests, in which arrays without a name get TensorFlow's own, and numbers the type that nearly all models take.
 * `datatype` is as the Open Inference Protocol has it.
 */
export function predictRequestCodecs({
  name = 'inputs',
  datatype = 'FP32',
}: {
  readonly name?: string | undefined;
  readonly datatype?: string | undefined;
} = {}): PredictCodecs {
  return inBothForms(REQUEST, { name, datatype });
}

/** Answers; numbers of JSON are not rounded. */
export const predictAnswerCodecs = inBothForms(ANSWER, { name: 'outputs', datatype: 'FP64' });

/** That of the message's JSON, or the one that its packed bytes would become. Throws as `Message.value` does. */
export function predictFormOf(message: Message): PredictForm {
  if (message.packedCodec instanceof PredictCodec) return message.packedCodec.form;
  const { value } = message;
  return isObject(value) && (value.instances ?? value.predictions) !== undefined ? 'rows' : 'columns';
}

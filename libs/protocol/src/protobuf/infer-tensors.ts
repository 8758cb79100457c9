import { create } from '@bufbuild/protobuf';
import type { Tensor } from '../dialects/v2-tensors.js';
import { InvalidFieldError } from '../errors.js';
import {
  type InferParameter,
  InferParameterSchema,
  type InferTensorContents,
  InferTensorContentsSchema,
  type ModelInferResponse_InferOutputTensor,
} from '../generated/inference/grpc_service_pb.js';
import { bufferOf } from './buffer-of.js';
import { exact } from './exact-value.js';
import { readRaw } from './raw-tensor.js';

/** Inputs and outputs have the same fields. */
type PackedTensor = Omit<ModelInferResponse_InferOutputTensor, '$typeName'>;
type Parameters = Record<string, InferParameter>;
type Contents = Exclude<keyof InferTensorContents, '$typeName' | '$unknown'>;

/** The list that goes with a datatype; 16-bit floats have none but the raw form. */
const CONTENTS: Readonly<Record<string, Contents>> = {
  BOOL: 'boolContents',
  INT8: 'intContents',
  INT16: 'intContents',
  INT32: 'intContents',
  INT64: 'int64Contents',
  UINT8: 'uintContents',
  UINT16: 'uintContents',
  UINT32: 'uintContents',
  UINT64: 'uint64Contents',
  FP32: 'fp32Contents',
  FP64: 'fp64Contents',
  BYTES: 'bytesContents',
};

/** With its values in the list of their datatype. Throws `InvalidFieldError`. */
export function packTensor(tensor: Tensor, field: string): PackedTensor {
  const { datatype, data } = tensor;
  const contents = CONTENTS[datatype];
  if (contents === undefined) {
    throw new InvalidFieldError(`${field}.datatype`, 'one that has contents over gRPC', datatype);
  }
  const values = create(InferTensorContentsSchema, { [contents]: data.map(packerOf(datatype)) });
  return { ...packDescription(tensor), contents: values };
}

/** All but the values, which go apart as raw bytes. */
export function packDescription({ name, datatype, shape, parameters }: Tensor): PackedTensor {
  return { name, datatype, shape: shape.map(BigInt), parameters: packParameters(parameters) };
}

function packerOf(datatype: string): (value: unknown) => unknown {
  if (datatype === 'BYTES') return (value) => Buffer.from(value as string);
  return datatype.endsWith('INT64') ? (value) => BigInt(value as number) : (value) => value;
}

/** `raw` are its bytes where the message carries them apart. Throws `InvalidFieldError`. */
export function unpackTensor(tensor: PackedTensor, raw: Uint8Array | undefined, field: string): Tensor {
  const { name, datatype, shape, parameters, contents } = tensor;
  const list = CONTENTS[datatype];
  const values = raw ? readRaw(bufferOf(raw), datatype, field) : list === undefined ? [] : contents?.[list];
  return {
    name,
    datatype,
    shape: shape.map((length) => exact(length, `${field}.shape`) as number),
    ...(Object.keys(parameters).length > 0 ? { parameters: unpackParameters(parameters, field) } : {}),
    data: Array.from(values ?? [], (value: unknown, i) => exact(value, `${field}.data[${i}]`)),
  };
}

/** What JSON has no place for is left out. */
export function packParameters(parameters: unknown): Parameters {
  const entries = Object.entries(parameters ?? {}).flatMap(([name, value]) => {
    const choice = choiceOf(value);
    return choice === null
      ? []
      : [[name, create(InferParameterSchema, { parameterChoice: choice })] as const];
  });
  return Object.fromEntries(entries);
}

function choiceOf(value: unknown): InferParameter['parameterChoice'] | null {
  if (typeof value === 'boolean') return { case: 'boolParam', value };
  if (typeof value === 'string') return { case: 'stringParam', value };
  if (Number.isSafeInteger(value)) return { case: 'int64Param', value: BigInt(value as number) };
  return typeof value === 'number' ? { case: 'doubleParam', value } : null;
}

export function unpackParameters(parameters: Parameters, field: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(
      ([
        name,
        {
          parameterChoice: { value },
        },
      ]) => [name, exact(value, `${field}.parameters.${name}`)],
    ),
  );
}

import type { TensorProto } from '../generated/tensorflow/core/framework/tensor_pb.js';
import { DataType } from '../generated/tensorflow/core/framework/types_pb.js';

/** One element type of a TensorProto that JSON has values for. */
export interface TfType {
  readonly dtype: DataType;
  /** `DT_FLOAT` */
  readonly name: string;
  /** As the Open Inference Protocol calls it: `FP32`. */
  readonly datatype: string;
  /** Where the values stand that are not in tensor_content. */
  readonly list: Extract<keyof TensorProto, `${string}Val`>;
}

function type(dtype: DataType, datatype: string, list: TfType['list']): TfType {
  return { dtype, name: DataType[dtype]!, datatype, list };
}

/** Complex and quantised numbers have no JSON. */
export const tfTypes: readonly TfType[] = [
  type(DataType.DT_FLOAT, 'FP32', 'floatVal'),
  type(DataType.DT_DOUBLE, 'FP64', 'doubleVal'),
  type(DataType.DT_HALF, 'FP16', 'halfVal'),
  type(DataType.DT_BFLOAT16, 'BF16', 'halfVal'),
  type(DataType.DT_INT8, 'INT8', 'intVal'),
  type(DataType.DT_INT16, 'INT16', 'intVal'),
  type(DataType.DT_INT32, 'INT32', 'intVal'),
  type(DataType.DT_INT64, 'INT64', 'int64Val'),
  type(DataType.DT_UINT8, 'UINT8', 'intVal'),
  type(DataType.DT_UINT16, 'UINT16', 'intVal'),
  type(DataType.DT_UINT32, 'UINT32', 'uint32Val'),
  type(DataType.DT_UINT64, 'UINT64', 'uint64Val'),
  type(DataType.DT_BOOL, 'BOOL', 'boolVal'),
  type(DataType.DT_STRING, 'BYTES', 'stringVal'),
];

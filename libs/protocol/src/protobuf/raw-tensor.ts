import { InvalidFieldError } from '../errors.js';

/** Little-endian values of one datatype. */
interface RawType {
  readonly size: number;
  readonly read: (bytes: Buffer, at: number) => number | bigint | boolean;
  /** The 16-bit floats are only read. Throws a `RangeError`. */
  readonly write?: (bytes: Buffer, value: never, at: number) => void;
}

type Numeric = (bytes: Buffer, value: number, at: number) => void;

/** Integers are numbers in JSON. */
const big: Numeric = (bytes, value, at) => bytes.writeBigInt64LE(BigInt(value), at);
const bigUnsigned: Numeric = (bytes, value, at) => bytes.writeBigUInt64LE(BigInt(value), at);
const single: Numeric = (bytes, value, at) => {
  if (!Number.isFinite(Math.fround(value))) throw new RangeError(`${value} is out of range`);
  bytes.writeFloatLE(value, at);
};

const RAW_TYPES: Readonly<Record<string, RawType>> = {
  BOOL: {
    size: 1,
    read: (bytes, at) => bytes[at] !== 0,
    write: (bytes, value: boolean, at) => bytes.writeUInt8(Number(value), at),
  },
  INT8: { size: 1, read: (bytes, at) => bytes.readInt8(at), write: (b, v, at) => b.writeInt8(v, at) },
  INT16: { size: 2, read: (bytes, at) => bytes.readInt16LE(at), write: (b, v, at) => b.writeInt16LE(v, at) },
  INT32: { size: 4, read: (bytes, at) => bytes.readInt32LE(at), write: (b, v, at) => b.writeInt32LE(v, at) },
  INT64: { size: 8, read: (bytes, at) => bytes.readBigInt64LE(at), write: big },
  UINT8: { size: 1, read: (bytes, at) => bytes.readUInt8(at), write: (b, v, at) => b.writeUInt8(v, at) },
  UINT16: {
    size: 2,
    read: (bytes, at) => bytes.readUInt16LE(at),
    write: (b, v, at) => b.writeUInt16LE(v, at),
  },
  UINT32: {
    size: 4,
    read: (bytes, at) => bytes.readUInt32LE(at),
    write: (b, v, at) => b.writeUInt32LE(v, at),
  },
  UINT64: { size: 8, read: (bytes, at) => bytes.readBigUInt64LE(at), write: bigUnsigned },
  FP16: { size: 2, read: (bytes, at) => halfFloat(bytes.readUInt16LE(at)) },
  BF16: { size: 2, read: (bytes, at) => brainFloat(bytes.readUInt16LE(at)) },
  FP32: { size: 4, read: (bytes, at) => bytes.readFloatLE(at), write: single },
  FP64: { size: 8, read: (bytes, at) => bytes.readDoubleLE(at), write: (b, v, at) => b.writeDoubleLE(v, at) },
};

const LENGTH_BYTES = 4;

/** The values of a tensor in the protocol's raw form; those of BYTES are Buffers. Throws `InvalidFieldError`. */
export function readRaw(bytes: Buffer, datatype: string, field: string): unknown[] {
  if (datatype === 'BYTES') return readStrings(bytes, field);
  const type = Object.hasOwn(RAW_TYPES, datatype) ? RAW_TYPES[datatype]! : undefined;
  if (type === undefined) throw new InvalidFieldError(`${field}.datatype`, 'one with a raw form', datatype);
  if (bytes.length % type.size !== 0) {
    throw new InvalidFieldError(field, `a multiple of ${type.size} raw bytes (${datatype})`, bytes.length);
  }
  return Array.from({ length: bytes.length / type.size }, (_, i) => type.read(bytes, i * type.size));
}

/** Values as JSON has them in the protocol's raw form. Throws `InvalidFieldError`. */
export function writeRaw(values: readonly unknown[], datatype: string, field: string): Buffer {
  if (datatype === 'BYTES') return writeStrings(values as readonly string[]);
  const { size, write } = RAW_TYPES[datatype] ?? { size: 0 };
  if (write === undefined) {
    throw new InvalidFieldError(`${field}.datatype`, 'one that can be written over gRPC', datatype);
  }
  const bytes = Buffer.alloc(values.length * size);
  for (const [i, value] of values.entries()) {
    try {
      write(bytes, value as never, i * size);
    } catch {
      throw new InvalidFieldError(`${field}.data[${i}]`, `in the range of ${datatype}`, value);
    }
  }
  return bytes;
}

/** Each behind its length. */
function readStrings(bytes: Buffer, field: string): Buffer[] {
  const strings: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at + LENGTH_BYTES;
    const end = start <= bytes.length ? start + bytes.readUInt32LE(at) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw new InvalidFieldError(field, 'strings behind their lengths', 'fewer bytes');
    strings.push(bytes.subarray(start, end));
    at = end;
  }
  return strings;
}

function writeStrings(values: readonly string[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const text = Buffer.from(value);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(text.length);
      return [length, text];
    }),
  );
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a 32-bit float. */
function brainFloat(bits: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(bits * 0x10000);
  return bytes.readFloatLE(0);
}

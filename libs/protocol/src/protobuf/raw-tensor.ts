import { InvalidFieldError } from '../errors.js';

/** Little-endian values of one datatype. */
interface RawType {
  readonly size: number;
  readonly read: (bytes: Buffer, at: number) => number | bigint | boolean;
}

const RAW_TYPES: Readonly<Record<string, RawType>> = {
  BOOL: { size: 1, read: (bytes, at) => bytes[at] !== 0 },
  INT8: { size: 1, read: (bytes, at) => bytes.readInt8(at) },
  INT16: { size: 2, read: (bytes, at) => bytes.readInt16LE(at) },
  INT32: { size: 4, read: (bytes, at) => bytes.readInt32LE(at) },
  INT64: { size: 8, read: (bytes, at) => bytes.readBigInt64LE(at) },
  UINT8: { size: 1, read: (bytes, at) => bytes.readUInt8(at) },
  UINT16: { size: 2, read: (bytes, at) => bytes.readUInt16LE(at) },
  UINT32: { size: 4, read: (bytes, at) => bytes.readUInt32LE(at) },
  UINT64: { size: 8, read: (bytes, at) => bytes.readBigUInt64LE(at) },
  FP16: { size: 2, read: (bytes, at) => halfFloat(bytes.readUInt16LE(at)) },
  BF16: { size: 2, read: (bytes, at) => brainFloat(bytes.readUInt16LE(at)) },
  FP32: { size: 4, read: (bytes, at) => bytes.readFloatLE(at) },
  FP64: { size: 8, read: (bytes, at) => bytes.readDoubleLE(at) },
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

import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { bufferOf } from './buffer-of.js';

/** The bytes of a message from one field's tag up to the next. */
interface Field {
  readonly number: number;
  readonly type: WireType;
  /** Behind the tag. */
  readonly content: Buffer;
}

/** The fields of a message, without what is in them being read. Throws where the bytes are no Protobuf. */
function fieldsOf(bytes: Buffer): Field[] {
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const start = reader.pos;
    reader.skip(type, number);
    fields.push({ number, type, content: bytes.subarray(start, reader.pos) });
  }
  return fields;
}

/** A message with other numbers for its fields; a field whose new number is null is left out. */
export function renumbered(bytes: Buffer, numbers: Readonly<Record<number, number | null>>): Buffer {
  const parts = fieldsOf(bytes).flatMap(({ number, type, content }) => {
    const next = numbers[number] === undefined ? number : numbers[number];
    return next === null ? [] : [new BinaryWriter().tag(next, type).finish(), content];
  });
  return Buffer.concat(parts);
}

/** The texts of fields by their numbers; empty where they are not set. */
export function textFields(bytes: Buffer, numbers: readonly number[]): string[] {
  const found = new Map(fieldsOf(bytes).map((field) => [field.number, field] as const));
  return numbers.map((number) => {
    const field = found.get(number);
    return field?.type === WireType.LengthDelimited ? new BinaryReader(field.content).string() : '';
  });
}

/** The messages in a field, merged as every reader merges them; empty where there is none. */
export function nestedIn(bytes: Buffer, number: number): Buffer {
  return Buffer.concat(nestedMessages(bytes, number));
}

/** The messages in a field, each for itself. */
export function nestedMessages(bytes: Buffer, number: number): Buffer[] {
  return fieldsOf(bytes)
    .filter((field) => field.number === number && field.type === WireType.LengthDelimited)
    .map(({ content }) => bufferOf(new BinaryReader(content).bytes()));
}

/** A message with these messages, and no others, in a field. */
export function withNested(bytes: Buffer, number: number, messages: readonly Uint8Array[]): Buffer {
  const writer = new BinaryWriter();
  for (const message of messages) writer.tag(number, WireType.LengthDelimited).bytes(message);
  return Buffer.concat([writer.finish(), renumbered(bytes, { [number]: null })]);
}

/** A message with texts in place of those it had: of a field that comes twice, every reader takes the last. */
export function withTexts(bytes: Buffer, texts: Readonly<Record<number, string>>): Buffer {
  const writer = new BinaryWriter();
  for (const [number, text] of Object.entries(texts)) {
    writer.tag(Number(number), WireType.LengthDelimited).string(text);
  }
  return Buffer.concat([bytes, writer.finish()]);
}

import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

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

/** A message with texts in place of those it had: of a field that comes twice, every reader takes the last. */
export function withTexts(bytes: Buffer, texts: Readonly<Record<number, string>>): Buffer {
  const writer = new BinaryWriter();
  for (const [number, text] of Object.entries(texts)) {
    writer.tag(Number(number), WireType.LengthDelimited).string(text);
  }
  return Buffer.concat([bytes, writer.finish()]);
}

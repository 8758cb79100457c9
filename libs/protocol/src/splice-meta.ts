import { endsAt, type ObjectScan, scanObject } from './json-scan.js';
import { Message } from './message.js';

export interface MetaMembers {
  readonly routing?: Readonly<Record<string, number>>;
  readonly puid?: string;
}

/**
 * Puts members into `meta`, in place of those that are there. Only their bytes change: key order, big integers and
 * the text of numbers stay. An object without `meta` gets one, unless `addMeta` is false; whatever is not a JSON
 * object, or has a `meta` that is none, is returned as it is.
 */
export function spliceMeta(
  message: Message,
  members: MetaMembers,
  { addMeta = true }: { readonly addMeta?: boolean } = {},
): Message {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return message;
  const value = message.unencoded;
  if (isPlainObject(value)) return intoValue(message, value, entries, addMeta);
  const edits = editsOf(message.bytes, entries, addMeta);
  return edits === null ? message : Message.ofBytes(apply(message.bytes, edits), message.contentType);
}

type Entries = readonly (readonly [key: string, value: unknown])[];

function intoValue(
  message: Message,
  value: Readonly<Record<string, unknown>>,
  entries: Entries,
  addMeta: boolean,
): Message {
  const meta = value.meta ?? (addMeta ? {} : null);
  if (!isPlainObject(meta)) return message;
  return Message.ofValue({ ...value, meta: { ...meta, ...Object.fromEntries(entries) } });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function editsOf(bytes: Buffer, entries: Entries, addMeta: boolean): readonly Edit[] | null {
  const top = scanObject(bytes, 0, ['meta']);
  if (top === null || !endsAt(bytes, top.end)) return null;
  const meta = top.members.get('meta');
  const isNull = meta !== undefined && bytes.toString('latin1', meta.start, meta.end) === 'null';
  if (!addMeta && (meta === undefined || isNull)) return null;
  if (meta === undefined) return [insertion(top, `"meta":${objectText(entries)}`)];
  if (isNull) return [{ ...meta, text: objectText(entries) }];
  const scanned = scanObject(
    bytes,
    meta.start,
    entries.map(([key]) => key),
  );
  return scanned === null ? null : metaEdits(scanned, entries);
}

function metaEdits(meta: ObjectScan, entries: Entries): Edit[] {
  const edits: Edit[] = [];
  const added: string[] = [];
  for (const [key, value] of entries) {
    const present = meta.members.get(key);
    if (present === undefined) added.push(memberText(key, value));
    else edits.push({ ...present, text: JSON.stringify(value) });
  }
  edits.sort((one, other) => one.start - other.start);
  // Nothing that is replaced stands behind the place where members are added.
  if (added.length > 0) edits.push(insertion(meta, added.join(',')));
  return edits;
}

function insertion(object: ObjectScan, text: string): Edit {
  return { start: object.insertAt, end: object.insertAt, text: object.empty ? text : `,${text}` };
}

function objectText(entries: Entries): string {
  return `{${entries.map(([key, value]) => memberText(key, value)).join(',')}}`;
}

function memberText(key: string, value: unknown): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}

function apply(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const edit of edits) {
    parts.push(bytes.subarray(from, edit.start), Buffer.from(edit.text));
    from = edit.end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

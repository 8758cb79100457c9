import { endsAt, scanObject } from '../json-scan.js';
import { Message } from '../message.js';

/** A message is an answer while it has `answer` and none of the requests' members; its value goes under `request`. */
export interface Renaming {
  readonly answer: string;
  readonly request: string;
}

/**
 * An answer as a request: the first of `renamings` that fits, and of the other members those of `kept`. The bytes of
 * values stay, so that big integers do. Whatever is not such an answer is returned as it is.
 */
export function renameMembers(
  message: Message,
  renamings: readonly Renaming[],
  kept: readonly string[],
): Message {
  const names = [...kept, ...renamings.flatMap(({ answer, request }) => [answer, request])];
  const value = message.unencoded;
  if (value !== undefined) {
    const members = valueMembers(value, names);
    const renamed = members && rename(members, renamings, kept);
    return renamed ? Message.ofValue(Object.fromEntries(renamed)) : message;
  }
  const members = byteMembers(message.bytes, names);
  const renamed = members && rename(members, renamings, kept);
  return renamed ? Message.ofBytes(objectOf(renamed), message.contentType) : message;
}

type Members<T> = ReadonlyMap<string, T>;

function valueMembers(value: unknown, names: readonly string[]): Members<unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value).filter(([name]) => names.includes(name)));
}

function byteMembers(bytes: Buffer, names: readonly string[]): Members<Buffer> | null {
  const scan = scanObject(bytes, 0, names);
  if (scan === null || !endsAt(bytes, scan.end)) return null;
  return new Map(
    Array.from(scan.members, ([name, { start, end }]) => [name, bytes.subarray(start, end)] as const),
  );
}

function rename<T>(
  members: Members<T>,
  renamings: readonly Renaming[],
  kept: readonly string[],
): [string, T][] | null {
  const found = renamings.find(({ answer }) => members.has(answer));
  if (found === undefined || renamings.some(({ request }) => members.has(request))) return null;
  const others = kept.flatMap((name): [string, T][] =>
    members.has(name) ? [[name, members.get(name)!]] : [],
  );
  return [...others, [found.request, members.get(found.answer)!]];
}

function objectOf(members: readonly (readonly [name: string, value: Buffer])[]): Buffer {
  const parts = members.flatMap(([name, value], index) => [
    Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`),
    value,
  ]);
  return Buffer.concat([...parts, Buffer.from('}')]);
}

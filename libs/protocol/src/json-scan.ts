/** Where a value stands in the bytes: from `start` up to, not including, `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ObjectScan extends Span {
  /** The values of the wanted members; of a key that comes twice, the last, as `JSON.parse` has it. */
  readonly members: ReadonlyMap<string, Span>;
  /** Where another member can be put; it takes a comma before it unless `empty`. */
  readonly insertAt: number;
  readonly empty: boolean;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** In ASCII, `}` follows `{` by two, and so does `]` on `[`. */
const OPENER_TO_CLOSER = 2;

/** 1 for the bytes that begin or end a string, a list or an object. */
const STRUCTURAL = new Uint8Array(256);
for (const byte of [QUOTE, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE]) STRUCTURAL[byte] = 1;

/** NaN and Infinity are no JSON, but Python's encoder writes them. */
const SCALAR = /^(?:true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/;

/**
 * Finds members of the JSON object that starts at `from`, without decoding anything but keys with escapes. Null where
 * there is no object. What is inside of lists and objects is checked for balance only.
 */
export function scanObject(bytes: Buffer, from: number, wanted: readonly string[]): ObjectScan | null {
  const start = skipSpace(bytes, from);
  if (bytes[start] !== OPEN_BRACE) return null;
  const members = new Map<string, Span>();
  let at = skipSpace(bytes, start + 1);
  if (bytes[at] === CLOSE_BRACE) return { start, end: at + 1, members, insertAt: start + 1, empty: true };
  for (;;) {
    const member = scanMember(bytes, at);
    if (member === null) return null;
    if (wanted.includes(member.key)) members.set(member.key, member.value);
    const next = skipSpace(bytes, member.value.end);
    if (bytes[next] === CLOSE_BRACE) {
      return { start, end: next + 1, members, insertAt: member.value.end, empty: false };
    }
    if (bytes[next] !== COMMA) return null;
    at = skipSpace(bytes, next + 1);
  }
}

/** Whether nothing but white space follows. */
export function endsAt(bytes: Buffer, at: number): boolean {
  return skipSpace(bytes, at) === bytes.length;
}

function scanMember(bytes: Buffer, at: number): { readonly key: string; readonly value: Span } | null {
  if (bytes[at] !== QUOTE) return null;
  const keyEnd = stringEnd(bytes, at);
  if (keyEnd < 0) return null;
  const colon = skipSpace(bytes, keyEnd);
  if (bytes[colon] !== COLON) return null;
  const start = skipSpace(bytes, colon + 1);
  const end = valueEnd(bytes, start);
  const key = readKey(bytes, at, keyEnd);
  return end < 0 || key === null ? null : { key, value: { start, end } };
}

function readKey(bytes: Buffer, start: number, end: number): string | null {
  const text = bytes.toString('utf8', start, end);
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    return JSON.parse(text) as string;
  } catch {
    return null;
  }
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Behind the closing quote; -1 where there is none. */
function stringEnd(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return -1;
}

/** Behind the value; -1 where there is none. */
function valueEnd(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  if (isOpener(first)) return containerEnd(bytes, start);
  return scalarEnd(bytes, start);
}

function containerEnd(bytes: Buffer, start: number): number {
  const closers: number[] = [];
  let at = start;
  while (at >= 0 && at < bytes.length) {
    const byte = bytes[at]!;
    at = byte === QUOTE ? stringEnd(bytes, at) : at + 1;
    if (byte !== QUOTE && !isBalanced(byte, closers)) return -1;
    if (closers.length === 0) return at;
    at = skipPlain(bytes, at);
  }
  return -1;
}

/** Takes one bracket more into account. */
function isBalanced(bracket: number, closers: number[]): boolean {
  if (!isOpener(bracket)) return closers.pop() === bracket;
  closers.push(bracket + OPENER_TO_CLOSER);
  return true;
}

/** To the next quote or bracket: most bytes of a message are numbers, and are passed over by one look each. */
function skipPlain(bytes: Buffer, from: number): number {
  if (from < 0) return from;
  let at = from;
  while (at < bytes.length && STRUCTURAL[bytes[at]!] === 0) at++;
  return at;
}

function isOpener(byte: number | undefined): boolean {
  return byte === OPEN_BRACE || byte === OPEN_BRACKET;
}

function scalarEnd(bytes: Buffer, start: number): number {
  let end = start;
  while (end < bytes.length && bytes[end] !== COMMA && bytes[end] !== CLOSE_BRACE && !isSpace(bytes[end]))
    end++;
  return SCALAR.test(bytes.toString('latin1', start, end)) ? end : -1;
}

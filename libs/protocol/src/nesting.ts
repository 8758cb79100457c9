const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** By how much a byte outside of a string leads deeper. */
const STEPS = new Int8Array(256);
for (const opener of Buffer.from('[{')) STEPS[opener] = 1;
for (const closer of Buffer.from(']}')) STEPS[closer] = -1;

/**
 * Whether arrays and objects in this JSON stand in each other more than `levels` deep. To be asked before decoding: each
 * level that is opened costs a byte in the message and far more when decoded, and code that descends into it fails.
 */
export function nestsDeeper(json: Buffer, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!;
    if (byte === QUOTE) at = stringEnd(json, at);
    else depth += STEPS[byte]!;
    if (depth > levels) return true;
  }
  return false;
}

/** At the closing quote, or at the end where there is none. */
function stringEnd(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}

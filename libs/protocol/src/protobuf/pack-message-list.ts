import type { Message } from '../message.js';
import { seldonMessageCodec } from './seldon-codecs.js';

/** Of the field `seldonMessages`: number 1, of known length. */
const TAG = 0x0a;
const CONTINUED = 0x80;

/** The bytes of a SeldonMessageList; messages that are packed already are not decoded. Throws as `packedBy` does. */
export function packMessageList(messages: readonly Message[]): Buffer {
  const parts = messages.flatMap((message) => {
    const bytes = message.packedBy(seldonMessageCodec);
    return [Buffer.from([TAG, ...varint(bytes.length)]), bytes];
  });
  return Buffer.concat(parts);
}

/** Seven bits to a byte, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= CONTINUED; rest >>>= 7) bytes.push((rest & 0x7f) | CONTINUED);
  return [...bytes, rest];
}

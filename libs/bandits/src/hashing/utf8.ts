const REPLACEMENT = 0xfffd;

/** Writes `text` as UTF-8 from `at` on and returns the end. Lone surrogates become U+FFFD, as in the platform's
 *  encoder. `bytes` must have room for three bytes per UTF-16 unit. */
export function writeUtf8(text: string, bytes: Uint8Array, at: number): number {
  let end = at;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return writeAnyUtf8(text, i, bytes, end);
    bytes[end++] = unit;
  }
  return end;
}

function writeAnyUtf8(text: string, from: number, bytes: Uint8Array, at: number): number {
  let end = at;
  for (let i = from; i < text.length; i++) {
    const point = text.codePointAt(i)!;
    if (point > 0xffff) i++;
    end = writeCodePoint(point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point, bytes, end);
  }
  return end;
}

function writeCodePoint(point: number, bytes: Uint8Array, at: number): number {
  let end = at;
  if (point < 0x80) {
    bytes[end++] = point;
    return end;
  }
  if (point < 0x800) bytes[end++] = 0xc0 | (point >> 6);
  else {
    if (point < 0x10000) bytes[end++] = 0xe0 | (point >> 12);
    else {
      bytes[end++] = 0xf0 | (point >> 18);
      bytes[end++] = 0x80 | ((point >> 12) & 0x3f);
    }
    bytes[end++] = 0x80 | ((point >> 6) & 0x3f);
  }
  bytes[end++] = 0x80 | (point & 0x3f);
  return end;
}

import type { Readable } from 'node:stream';

/** In characters. A command may never end a line, and what it prints is kept until then. */
const LONGEST = 8192;
/** A return alone ends a line too, as progress bars write it; the last one may be half of a line's end. */
const LINE_END = /\r?\n|\r(?=[^\n])/;

/** Hands over what the stream says line by line; a line that does not end, in pieces. */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(LINE_END);
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
    if (rest.length < LONGEST) return;
    onLine(rest);
    rest = '';
  });
  stream.once('end', () => {
    if (rest !== '') onLine(rest);
  });
}

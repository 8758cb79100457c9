import type { ArtefactOptions } from './artefact-options.js';

const MEBIBYTE = 1024 * 1024;

/** Tells people how far a fetch has come: a line each `everyMs`, the first after that time. */
export function progressLines(
  log: (line: string) => void,
  everyMs: number,
): NonNullable<ArtefactOptions['onProgress']> {
  let next = Date.now() + everyMs;
  return ({ path, receivedBytes, totalBytes }) => {
    if (Date.now() < next) return;
    next = Date.now() + everyMs;
    const total = totalBytes === undefined ? '' : ` of ${mebibytes(totalBytes)}`;
    log(`fetching ${path}: ${mebibytes(receivedBytes)}${total} MiB`);
  };
}

function mebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(1);
}

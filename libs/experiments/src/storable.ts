const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Longest id, unit or key, so that three of them fit into one index row of Postgres (2,704 bytes). */
export const LONGEST_TEXT = 256;

/** Whether every store can hold this text: Postgres takes neither NUL nor half a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.length > 0 && text.length <= LONGEST_TEXT && !UNSTORABLE.test(text);
}

const LONGEST = 200;

/** A value as an error message shows it: JSON, with the numbers that JSON lacks spelled out, cut when long. */
export function excerpt(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  const text = textOf(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value, spellOut) ?? String(value);
  } catch {
    // Nesting that the parser takes may be too deep for the way back.
    return Array.isArray(value) ? 'a deeply nested array' : 'a deeply nested object';
  }
}

function spellOut(_key: string, item: unknown): unknown {
  return typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
}

/** Thrown where a policy's name or one of its options is not acceptable. `option` is a path: `weights.b`. */
export class InvalidOptionError extends Error {
  override readonly name = 'InvalidOptionError';

  constructor(
    readonly option: string,
    readonly value: unknown,
    readonly expected: string,
  ) {
    super(`${option} must be ${expected}, got ${show(value)}`);
  }
}

const MAX_SHOWN = 80;

function show(value: unknown): string {
  const text =
    typeof value === 'string' || (typeof value === 'object' && value !== null) ? json(value) : String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return 'an object that JSON cannot hold';
  }
}

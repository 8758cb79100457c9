/** A node's component cannot be set up; thrown at start. */
export class UnusableComponentError extends Error {
  override readonly name = 'UnusableComponentError';

  constructor(
    readonly node: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${node}: ${problem}`, options);
  }
}

/** A components.yaml that cannot be used, with everything that is wrong with it. */
export class InvalidComponentsError extends Error {
  override readonly name = 'InvalidComponentsError';

  constructor(
    readonly file: string,
    readonly problems: readonly { readonly path: string; readonly message: string }[],
  ) {
    const list = problems.map(({ path, message }) => (path ? `${path}: ${message}` : message));
    super(`${file}: ${list.join('; ')}`);
  }
}

/** What a thrown value says of itself. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error || hasMessage(thrown) ? thrown.message : String(thrown);
}

/** Errors of a user's module may come from another realm, where `instanceof` fails. */
function hasMessage(thrown: unknown): thrown is { message: string } {
  return typeof (thrown as { message?: unknown } | null | undefined)?.message === 'string';
}

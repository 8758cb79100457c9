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

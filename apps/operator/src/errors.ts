/** The process cannot start as configured. */
export class InvalidOperatorConfigError extends Error {
  override readonly name = 'InvalidOperatorConfigError';

  constructor(
    readonly setting: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${setting} must be ${expected}, got ${got}`);
  }
}

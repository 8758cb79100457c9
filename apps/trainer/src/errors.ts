/** The process cannot start as configured. */
export class InvalidTrainerConfigError extends Error {
  override readonly name = 'InvalidTrainerConfigError';

  constructor(
    readonly setting: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${setting} must be ${expected}, got ${got}`);
  }
}

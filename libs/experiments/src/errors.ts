/** A reward could not be stored now: nothing was acknowledged, and the same call may be repeated later. */
export class LedgerUnavailableError extends Error {
  override readonly name = 'LedgerUnavailableError';

  constructor(
    readonly reason: string,
    options?: { readonly cause: unknown },
  ) {
    super(`the ledger cannot take rewards now: ${reason}`, options);
  }
}

export class UnknownExperimentError extends Error {
  override readonly name = 'UnknownExperimentError';

  constructor(readonly experiment: string) {
    super(`there is no experiment ${experiment}`);
  }
}

/** Somebody else made a revision since the caller read the experiment. */
export class StaleRevisionError extends Error {
  override readonly name = 'StaleRevisionError';

  constructor(
    readonly experiment: string,
    readonly expected: number,
    readonly current: number,
  ) {
    super(`revision must be the current one of ${experiment}, ${current}, got ${expected}`);
  }
}

/** A change that would make an experiment invalid; `field` is its path in the patch. */
export class InvalidPatchError extends Error {
  override readonly name = 'InvalidPatchError';

  constructor(
    readonly field: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${field} must be ${expected}, got ${got}`);
  }
}

/** A reward that cannot be counted, whoever sends it and however often. */
export class InvalidRewardError extends Error {
  override readonly name = 'InvalidRewardError';

  constructor(
    readonly field: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${field} must be ${expected}, got ${got}`);
  }
}

/** A receipt that this installation did not issue, or that was damaged on its way. */
export class InvalidReceiptError extends Error {
  override readonly name = 'InvalidReceiptError';

  constructor(readonly reason: string) {
    super(`the receipt is not valid: ${reason}`);
  }
}

/** Packed decisions that cannot be read. */
export class MalformedDecisionsError extends Error {
  override readonly name = 'MalformedDecisionsError';

  constructor(readonly reason: string) {
    super(`the packed decisions cannot be read: ${reason}`);
  }
}

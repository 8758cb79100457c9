/** The process cannot start as configured. */
export class InvalidAdminConfigError extends Error {
  override readonly name = 'InvalidAdminConfigError';

  constructor(
    readonly setting: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${setting} must be ${expected}, got ${got}`);
  }
}

/** The call carries no API key, or one that is not known. */
export class UnauthorizedError extends Error {
  override readonly name = 'UnauthorizedError';

  constructor(readonly keyWasGiven: boolean) {
    super(
      keyWasGiven
        ? 'the API key is not known'
        : 'an API key is required: send it as "Authorization: Bearer KEY"',
    );
  }
}

/** A field of the path or the body is not what the API takes; `field` is its path. */
export class InvalidFieldError extends Error {
  override readonly name = 'InvalidFieldError';

  constructor(
    readonly field: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${field} must be ${expected}, got ${got}`);
  }
}

/** A change came without saying which revision it is made to. */
export class IfMatchRequiredError extends Error {
  override readonly name = 'IfMatchRequiredError';

  constructor() {
    super('If-Match must be the ETag of the experiment, or *, got nothing');
  }
}

export class MalformedIfMatchError extends Error {
  override readonly name = 'MalformedIfMatchError';

  constructor(readonly got: string) {
    super(`If-Match must be an ETag in double quotes, such as "1", or *, got ${got}`);
  }
}

/** The change was made to a revision that is no longer the current one. */
export class PreconditionFailedError extends Error {
  override readonly name = 'PreconditionFailedError';

  constructor(
    readonly experiment: string,
    readonly got: string,
    readonly current: number,
  ) {
    super(`If-Match must be the ETag of the current revision of ${experiment}, "${current}", got ${got}`);
  }
}

export class UnknownRevisionError extends Error {
  override readonly name = 'UnknownRevisionError';

  constructor(
    readonly experiment: string,
    readonly revision: number,
  ) {
    super(`there is no revision ${revision} of experiment ${experiment}`);
  }
}

export class UnknownPathError extends Error {
  override readonly name = 'UnknownPathError';

  constructor(readonly path: string) {
    super(`there is nothing at ${path}`);
  }
}

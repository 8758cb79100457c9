/** The value of `--parameters` is not what Seldon's operator writes. */
export class BadParameterError extends Error {
  override readonly name = 'BadParameterError';

  constructor(readonly problem: string) {
    super(`MICROSERVICE_BAD_PARAMETER: ${problem}`);
  }
}

/** No file holds the class that was asked for. */
export class ClassNotFoundError extends Error {
  override readonly name = 'ClassNotFoundError';

  constructor(
    readonly className: string,
    readonly tried: readonly string[],
  ) {
    super(`no file for the class ${className}: expected one of ${tried.join(', ')}`);
  }
}

/** A worker ended, or said why it cannot serve, before it was ready for the first time. */
export class WorkerStartError extends Error {
  override readonly name = 'WorkerStartError';

  /** `userStack` is that of what the class threw, if it was the class. */
  constructor(
    readonly problem: string,
    userStack?: string,
  ) {
    super(userStack === undefined ? problem : `${problem} (SWITCHYARD_DEBUG=1 shows where)`);
    if (userStack !== undefined) this.stack = userStack;
  }
}

/** A request that this component refuses, with the reason of Seldon's wrapper. */
export class RefusedRequestError extends Error {
  override readonly name = 'RefusedRequestError';
  readonly reason = 'MICROSERVICE_BAD_DATA';

  constructor(
    readonly problem: string,
    readonly status = 400,
  ) {
    super(problem);
  }
}

/** What initMetadata() returned, or MODEL_METADATA holds, does not describe a model. */
export class BadMetadataError extends Error {
  override readonly name = 'BadMetadataError';
  readonly status = 500;
  readonly reason = 'MICROSERVICE_BAD_METADATA';
}

/** The class lacks what its service type, or a variable, is for. */
export class UnusableServiceError extends Error {
  override readonly name = 'UnusableServiceError';

  constructor(
    readonly expectedBy: string,
    readonly method: string,
    readonly file: string,
  ) {
    super(`the class of ${file} has no method ${method}, expected by ${expectedBy}`);
  }
}

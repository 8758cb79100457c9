/** The API server refused, or could not be reached: `status` is 0 then. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** `PATCH /api/v1/namespaces/models/services/ab-test` */
    readonly call: string,
    /** The HTTP status. */
    readonly status: number,
    /** For programs: `Conflict`, `Invalid`, `Forbidden`. */
    readonly reason: string,
    /** The API server's own words. */
    readonly explanation: string,
  ) {
    super(`${call}: ${explanation}`);
  }
}

/** No way to an API server is known, or what names it cannot be read. */
export class InvalidClusterAccessError extends Error {
  override readonly name = 'InvalidClusterAccessError';

  constructor(
    /** The file or variable. */
    readonly source: string,
    readonly problem: string,
  ) {
    super(`${source}: ${problem}`);
  }
}

/** Whether an error says that the object is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

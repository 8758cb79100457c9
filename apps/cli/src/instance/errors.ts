import type { InvalidDeploymentError } from '#graph';

/** A deployment file that cannot be served; nothing has been started. */
export class DeploymentFileError extends Error {
  override readonly name = 'DeploymentFileError';

  constructor(
    readonly file: string,
    /** One line each, with the path of the field. */
    readonly problems: readonly string[],
  ) {
    super(`${file} cannot be served:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }

  static of(file: string, { lines }: InvalidDeploymentError): DeploymentFileError {
    return new DeploymentFileError(file, lines);
  }
}

export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';

  constructor(
    readonly port: number,
    readonly host: string,
    readonly flag: string,
    readonly variable: string,
  ) {
    super(
      `port ${port} on ${host} is in use: stop what listens there, or choose another port with ${flag} or ` +
        `${variable} (0 takes a free one)`,
    );
  }
}

/** A service that the user runs does not answer. */
export class ServiceUnreachableError extends Error {
  override readonly name = 'ServiceUnreachableError';

  constructor(
    readonly variable: 'DATABASE_URL' | 'REDIS_URL',
    readonly url: string,
    readonly reason: string,
  ) {
    super(
      `${variable} names ${withoutPassword(url)}, which cannot be used: ${reason}; start it or correct ${variable}, ` +
        'or unset both DATABASE_URL and REDIS_URL for the embedded services',
    );
  }
}

/** One service of the user's own and one embedded would leave their data in two places. */
export class HalfConfiguredError extends Error {
  override readonly name = 'HalfConfiguredError';

  constructor(
    readonly given: 'DATABASE_URL' | 'REDIS_URL',
    readonly missing: 'DATABASE_URL' | 'REDIS_URL',
  ) {
    super(`${given} is set and ${missing} is not: set both, or neither for the embedded services`);
  }
}

/** The receipt key's file holds something else. */
export class InvalidReceiptKeyError extends Error {
  override readonly name = 'InvalidReceiptKeyError';

  constructor(
    readonly file: string,
    readonly expected: number,
    readonly got: number,
  ) {
    super(
      `${file} must hold ${expected} bytes, got ${got}: put back the key that was there; without it, receipts ` +
        'handed out so far are refused (delete the file to make a new key)',
    );
  }
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return JSON.stringify(url);
  const parsed = new URL(url);
  if (parsed.password !== '') parsed.password = '***';
  return parsed.href;
}

import { excerpt } from '#protocol';

/** What a component returned is nothing that a message can carry. */
export class InvalidResultError extends Error {
  override readonly name = 'InvalidResultError';

  constructor(
    readonly expected: string,
    readonly got: unknown,
  ) {
    super(`expected ${expected}, got ${shown(got)}`);
  }
}

/** A message that this component cannot read. */
export class UnreadablePayloadError extends Error {
  override readonly name: string = 'UnreadablePayloadError';
  readonly status = 400;
}

/** A message that is an object and carries none of the payloads. */
export class NoPayloadError extends UnreadablePayloadError {
  override readonly name = 'NoPayloadError';

  constructor(readonly got: unknown) {
    super('expected one of data, strData, jsonData, binData, customData');
  }
}

/** `metrics()` returned something else than metrics. */
export class BadMetricError extends Error {
  override readonly name = 'BadMetricError';
  readonly status = 500;
  readonly reason = 'MICROSERVICE_BAD_METRIC';

  constructor(readonly got: unknown) {
    super(`Bad metric created during request: ${excerpt(got)}`);
  }
}

/** A user's class that cannot be found, constructed or loaded. */
export class UnusableClassError extends Error {
  override readonly name = 'UnusableClassError';
}

/** What a thrown value says of itself. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error || hasMessage(thrown) ? thrown.message : String(thrown);
}

/** Errors of a user's module may come from another realm, where `instanceof` fails. */
function hasMessage(thrown: unknown): thrown is { message: string } {
  return typeof (thrown as { message?: unknown } | null | undefined)?.message === 'string';
}

function shown(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  return excerpt(value);
}

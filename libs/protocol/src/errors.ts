import { excerpt } from './excerpt.js';

/** A message that cannot be read: the caller sent it and can mend it. */
export class MalformedBodyError extends Error {
  override readonly name: string = 'MalformedBodyError';
}

/** A message with a field that does not hold what its protocol wants there. `got` is undefined where nothing came. */
export class InvalidFieldError extends MalformedBodyError {
  override readonly name = 'InvalidFieldError';

  constructor(
    /** From the top of the message: `inputs[0].shape`. */
    readonly field: string,
    readonly expected: string,
    readonly got: unknown,
  ) {
    super(`${field} must be ${expected}, got ${excerpt(got)}`);
  }
}

/** An answer of a component that cannot be read: the client cannot mend it. */
export class MalformedAnswerError extends Error {
  override readonly name = 'MalformedAnswerError';

  constructor(
    readonly node: string,
    problem: string,
  ) {
    super(`the answer of node ${node} ${problem}`);
  }
}

/** A Feedback message with a field that does not hold what it must. `got` is as it came, undefined where nothing did. */
export class InvalidFeedbackError extends MalformedBodyError {
  override readonly name = 'InvalidFeedbackError';

  constructor(
    /** From the top of the message: `response.meta.routing.router`; empty for the message itself. */
    readonly field: string,
    readonly expected: string,
    readonly got: unknown,
  ) {
    super(`${field || 'feedback'} must be ${expected}, got ${excerpt(got)}`);
  }
}

/** An answer to `/route` in which there is no number. `value` is the answer: decoded, or its text where it is not JSON. */
export class InvalidRouteValueError extends Error {
  override readonly name = 'InvalidRouteValueError';

  constructor(
    readonly value: unknown,
    /** A route in the component's protocol. */
    example = '{"data":{"ndarray":[[1]]}}',
  ) {
    super(`a route must be a number, as in ${example}, got ${excerpt(value)}`);
  }
}

import { expect } from '@jest/globals';
import { ComponentError } from '#graph';

/** What the call failed with, which must be a `ComponentError`. */
export async function failureOf(answer: Promise<unknown>): Promise<ComponentError> {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ComponentError);
  return error as ComponentError;
}

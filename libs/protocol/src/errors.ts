/** A message that cannot be read: the caller sent it and can mend it. */
export class MalformedBodyError extends Error {
  override readonly name = 'MalformedBodyError';
}

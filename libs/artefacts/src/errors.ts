/**
 * Why an artefact cannot be had. Each case is a class of its own; `uri` stands without query and credentials, which may
 * be secret.
 */
export abstract class ArtefactError extends Error {
  constructor(
    readonly uri: string,
    readonly field: string,
    readonly expected: string,
    readonly got: string,
    options?: ErrorOptions,
  ) {
    super(`${uri}: ${field} must be ${expected}, got ${got}`, options);
  }
}

/** A URI of a form that is not read here. */
export class UnsupportedUriError extends ArtefactError {
  override readonly name = 'UnsupportedUriError';
}

/** A path that really (links followed) lies outside the folders that may be read. */
export class PathOutsideError extends ArtefactError {
  override readonly name = 'PathOutsideError';
}

/** A host that is, or resolves to, an address which is not public. */
export class PrivateAddressError extends ArtefactError {
  override readonly name = 'PrivateAddressError';
}

/** A redirect too many, to another scheme, or from https to http. */
export class RefusedRedirectError extends ArtefactError {
  override readonly name = 'RefusedRedirectError';
}

/** Nothing there: 404, no such file, an empty prefix, an unmounted claim. */
export class MissingArtefactError extends ArtefactError {
  override readonly name = 'MissingArtefactError';
}

/** The server answered, and will not hand it out: 401, 403 and every other status that a repetition does not change. */
export class RefusedArtefactError extends ArtefactError {
  override readonly name = 'RefusedArtefactError';
}

/** The last of the bounded attempts failed too. What was received is kept for the next call. */
export class UnreachableArtefactError extends ArtefactError {
  override readonly name = 'UnreachableArtefactError';
}

/** More bytes or more files than the limits allow. */
export class ArtefactTooLargeError extends ArtefactError {
  override readonly name = 'ArtefactTooLargeError';
}

/** The content is not what `#sha256=` of the URI says. */
export class ChecksumMismatchError extends ArtefactError {
  override readonly name = 'ChecksumMismatchError';
}

/** An entry of an archive or folder that would leave its folder, or is no file, folder or link. */
export class UnsafeEntryError extends ArtefactError {
  override readonly name = 'UnsafeEntryError';
}

/** An archive that cannot be read. */
export class BrokenArchiveError extends ArtefactError {
  override readonly name = 'BrokenArchiveError';
}

/** An environment variable that cannot be used; `uri` is the artefact that it was read for. */
export class InvalidArtefactVariableError extends ArtefactError {
  override readonly name = 'InvalidArtefactVariableError';
}

/** A failure that may be gone at the next attempt. Never leaves this library. */
export class PassingFailure extends Error {
  override readonly name = 'PassingFailure';
}

/** What a thrown value says of itself. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.message !== '' ? thrown.message : String(thrown);
}

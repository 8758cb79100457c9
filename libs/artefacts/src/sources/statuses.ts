import {
  type ArtefactError,
  MissingArtefactError,
  messageOf,
  PassingFailure,
  RefusedArtefactError,
} from '../errors.js';

const PASSING = new Set([408, 425, 429]);

/** What an HTTP status other than success means, with the server's own words where it has some. */
export function failureOfStatus(shown: string, status: number, detail = ''): ArtefactError | PassingFailure {
  const got = `status ${status}${detail && ` (${detail})`}`;
  if (status >= 500 || PASSING.has(status)) return new PassingFailure(got);
  if (status === 404 || status === 410) return new MissingArtefactError(shown, 'artefact', 'there', got);
  return new RefusedArtefactError(shown, 'answer', 'the artefact', got);
}

/** An SDK's error by its status; without one it never got an answer, or could not even ask. */
export function failureOfSdk(shown: string, error: unknown, status: number | undefined): Error {
  if (status !== undefined && status >= 300) return failureOfStatus(shown, status, messageOf(error));
  if (isConfiguration(error)) {
    return new RefusedArtefactError(shown, 'credentials', 'usable', messageOf(error), { cause: error });
  }
  return new PassingFailure(messageOf(error), { cause: error });
}

function isConfiguration(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'CredentialsProviderError' || /credential|region is missing/i.test(message);
}

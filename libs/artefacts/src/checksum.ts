import type { ArtefactUri } from './address/parse-uri.js';
import { ChecksumMismatchError, UnsupportedUriError } from './errors.js';

/** An archive's checksum is that of the archive itself. */
export function checkSum({ shown, sha256 }: ArtefactUri, got: string): void {
  if (sha256 !== undefined && sha256 !== got) throw new ChecksumMismatchError(shown, 'sha256', sha256, got);
}

export function refuseChecksumOfFolder({ shown, sha256 }: ArtefactUri): void {
  if (sha256 !== undefined)
    throw new UnsupportedUriError(shown, 'sha256', 'given for one file only', 'a folder');
}

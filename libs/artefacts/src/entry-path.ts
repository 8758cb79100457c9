import { UnsafeEntryError } from './errors.js';

/** The path of a file within a folder, or of an archive's entry, without `.` and empty parts; refused when it climbs. */
export function safePath(shown: string, path: string): string {
  const refuse = (expected: string) => new UnsafeEntryError(shown, 'entry', expected, path);
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) throw refuse('of a relative path');
  if (path.includes('\\') || path.includes('\0')) throw refuse('free of backslashes and zero bytes');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw refuse('inside its folder');
  return parts.join('/');
}

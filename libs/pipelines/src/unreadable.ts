import { InvalidDeploymentError } from '#graph';

/** A pipeline that cannot be read. */
export function unreadable(path: string, message: string): InvalidDeploymentError {
  return new InvalidDeploymentError([{ path, message }]);
}

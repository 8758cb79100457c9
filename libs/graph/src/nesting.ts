import { InvalidDeploymentError } from './errors.js';

/** A graph of about 60 levels: what walks deeper values would exhaust the stack, which ends the process. */
export const MAX_DEPTH = 128;
export const TOO_DEEP = `nested more than ${MAX_DEPTH} levels deep`;

/** Throws `InvalidDeploymentError` with this path where a value is nested too deep, or is a loop. */
export function checkNesting(value: unknown, path: string): void {
  if (isDeeperThan(MAX_DEPTH, value)) throw new InvalidDeploymentError([{ path, message: TOO_DEEP }]);
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(levels - 1, item));
}

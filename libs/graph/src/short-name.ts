import { createHash } from 'node:crypto';

const LONGEST_NAME = 63;

/** Seldon's rule for the names of Kubernetes objects: those of more than 63 characters become `seldon-<md5>`. */
export function shortName(name: string): string {
  return name.length <= LONGEST_NAME ? name : `seldon-${createHash('md5').update(name).digest('hex')}`;
}

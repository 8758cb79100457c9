import { createHash } from 'node:crypto';

const LENGTH = 16;

/**
 * Tells two contents of deployment.yaml and components.yaml apart: 16 hexadecimal digits. A components.yaml that is not
 * there counts as ''.
 */
export function graphDigest(deployment: string, components: string): string {
  return createHash('sha256').update(`${deployment}\n---\n${components}`).digest('hex').slice(0, LENGTH);
}

import type { ServedDeployment } from '../deployments/served-deployment.js';

const SPEC_VERSION = '0.3';

/** For clients that sent a CloudEvent (reference seldon-v1.md, section 1.5), as a list of names and values. */
export function cloudEventHeaders(
  { name, namespace }: ServedDeployment,
  puid: string,
  path: string,
): readonly string[] {
  return [
    'Ce-Id',
    puid,
    'Ce-Specversion',
    SPEC_VERSION,
    'Ce-Path',
    path,
    'Ce-Type',
    `seldon.${name}.${namespace}.response`,
    'Ce-Source',
    `seldon.${name}`,
  ];
}

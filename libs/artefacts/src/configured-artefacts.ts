import { join } from 'node:path';
import type { ArtefactLimits, ArtefactOptions } from './artefact-options.js';
import { InvalidArtefactVariableError } from './errors.js';

/** The options that the environment says, as docs/artefacts.md lists its variables. */
export function artefactOptionsOf(
  env: NodeJS.ProcessEnv,
): ArtefactOptions & { limits: Partial<ArtefactLimits> } {
  const maxBytes = numberOf(env, 'SWITCHYARD_ARTEFACT_MAX_BYTES');
  const maxEntries = numberOf(env, 'SWITCHYARD_ARTEFACT_MAX_ENTRIES');
  return {
    env,
    cacheDir: env.SWITCHYARD_ARTEFACT_CACHE || join(env.SWITCHYARD_DATA_DIR || '.switchyard', 'artefacts'),
    allowPrivate: /^(true|1|yes)$/i.test(env.SWITCHYARD_ARTEFACT_ALLOW_PRIVATE ?? ''),
    limits: { ...(maxBytes && { maxBytes }), ...(maxEntries && { maxEntries }) },
  };
}

function numberOf(env: NodeJS.ProcessEnv, variable: string): number | undefined {
  const given = env[variable];
  if (!given) return undefined;
  if (/^[1-9]\d*$/.test(given) && Number.isSafeInteger(Number(given))) return Number(given);
  throw new InvalidArtefactVariableError('artefacts', variable, 'a positive whole number', given);
}

import { InvalidArtefactVariableError, MissingArtefactError } from './errors.js';

const VARIABLE = 'SWITCHYARD_PVC_MOUNTS';

/** Where a claim is mounted here: `claim=/folder,other=/folder`. */
export function mountOf(shown: string, claim: string, env: NodeJS.ProcessEnv): string {
  const folder = mountsOf(shown, env[VARIABLE] ?? '').get(claim);
  if (folder !== undefined) return folder;
  const expected = `mounted here and named in ${VARIABLE} (${claim}=/folder)`;
  throw new MissingArtefactError(shown, 'claim', expected, 'no mount');
}

function mountsOf(shown: string, text: string): Map<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return new Map(
    pairs.map((pair) => {
      const [, claim, folder] = /^\s*([^=\s]+)\s*=\s*(\/.*?)\s*$/.exec(pair) ?? [];
      if (claim && folder) return [claim, folder];
      throw new InvalidArtefactVariableError(shown, VARIABLE, 'claim=/folder, separated by commas', pair);
    }),
  );
}

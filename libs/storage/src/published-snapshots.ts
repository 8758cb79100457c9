import type { EntityManager } from 'typeorm';
import type { PublishedSnapshot } from '#experiments';
import { selectExperiments } from './experiment-rows.js';

/** Experiments as routers need them; all, or one by id. */
export async function publishedSnapshots(
  manager: Pick<EntityManager, 'query'>,
  experimentId: string | null,
): Promise<PublishedSnapshot[]> {
  const experiments = await selectExperiments(manager, experimentId);
  return experiments.map(({ id, name, salt, current, evidenceVersion, evidence }) => ({
    experimentId: id,
    name,
    salt,
    revision: current.revision,
    evidenceVersion,
    config: current.config,
    evidence,
  }));
}

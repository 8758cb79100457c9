import { randomBytes } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import {
  applyDeclaration,
  type Change,
  type Experiment,
  type ExperimentConfig,
  type ExperimentDeclaration,
  type ExperimentPatch,
  ExperimentStore,
  experimentId,
  experimentName,
  isStorable,
  type Revision,
  revise,
  StaleRevisionError,
  UnknownExperimentError,
} from '#experiments';
import { type RevisionRow, selectExperiments, toRevision } from './experiment-rows.js';

const SALT_BYTES = 16;

/** Highest value of Postgres' `integer`. */
const MAX_REVISION = 2 ** 31 - 1;

interface Locked {
  readonly revision: number;
  readonly declared: ExperimentConfig;
  readonly config: ExperimentConfig;
}

type Made = Pick<Revision, 'config' | 'source' | 'author'> & { readonly changes: readonly Change[] };

export class PostgresExperimentStore extends ExperimentStore {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override list(): Promise<Experiment[]> {
    return selectExperiments(this.dataSource, null);
  }

  override async find(idOrName: string): Promise<Experiment | null> {
    if (!isStorable(idOrName)) return null;
    return (await selectExperiments(this.dataSource, idOrName))[0] ?? null;
  }

  override declare(declaration: ExperimentDeclaration, author: string): Promise<Experiment> {
    const id = experimentId(declaration.place);
    const declared = declaration.config;
    return this.dataSource.transaction(async (manager) => {
      if (await insertExperiment(manager, id, declaration)) {
        await insertRevision(manager, id, 1, { config: declared, source: 'manifest', author, changes: [] });
        return selectOne(manager, id);
      }
      const current = (await lock(manager, id))!;
      const applied = applyDeclaration(current.declared, declared, current.config);
      if (applied) await addRevision(manager, id, current, { ...applied, source: 'manifest', author });
      await manager.query('UPDATE experiment SET declared = $2 WHERE experiment_id = $1 AND declared <> $2', [
        id,
        JSON.stringify(declared),
      ]);
      return selectOne(manager, id);
    });
  }

  override revise(id: string, expected: number, patch: ExperimentPatch, author: string): Promise<Experiment> {
    return this.dataSource.transaction(async (manager) => {
      const current = await lock(manager, id);
      if (!current) throw new UnknownExperimentError(id);
      if (current.revision !== expected) throw new StaleRevisionError(id, expected, current.revision);
      const revised = revise(current.config, patch);
      if (revised.changes.length > 0) {
        await addRevision(manager, id, current, { ...revised, source: 'api', author });
      }
      return selectOne(manager, id);
    });
  }

  override async revisions(id: string): Promise<Revision[]> {
    const rows: RevisionRow[] = await this.dataSource.query(
      'SELECT * FROM revision WHERE experiment_id::text = $1 ORDER BY revision DESC',
      [id],
    );
    return rows.map(toRevision);
  }

  override async revision(id: string, revision: number): Promise<Revision | null> {
    if (!Number.isInteger(revision) || revision < 1 || revision > MAX_REVISION) return null;
    const rows: RevisionRow[] = await this.dataSource.query(
      'SELECT * FROM revision WHERE experiment_id::text = $1 AND revision = $2',
      [id, revision],
    );
    return rows.map(toRevision)[0] ?? null;
  }
}

async function insertExperiment(
  manager: EntityManager,
  id: string,
  { place, config }: ExperimentDeclaration,
): Promise<boolean> {
  const rows = await manager.query(
    `INSERT INTO experiment (experiment_id, name, namespace, deployment, predictor, node, salt, revision, declared)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)
     ON CONFLICT (experiment_id) DO NOTHING
     RETURNING 1`,
    [
      id,
      experimentName(place),
      place.namespace,
      place.deployment,
      place.predictor,
      place.node,
      randomBytes(SALT_BYTES).toString('hex'),
      JSON.stringify(config),
    ],
  );
  return rows.length > 0;
}

/**
 * Holds the experiment's row until the transaction ends, so that revisions are made one after another. Two statements:
 * one that waited for the row would not see the revision that it waited for.
 */
async function lock(manager: EntityManager, id: string): Promise<Locked | null> {
  await manager.query('SELECT 1 FROM experiment WHERE experiment_id::text = $1 FOR UPDATE', [id]);
  const rows: Locked[] = await manager.query(
    `SELECT e.revision, e.declared, v.config
       FROM experiment e JOIN revision v USING (experiment_id, revision)
      WHERE e.experiment_id::text = $1`,
    [id],
  );
  return rows[0] ?? null;
}

async function addRevision(manager: EntityManager, id: string, current: Locked, made: Made): Promise<void> {
  const revision = current.revision + 1;
  await insertRevision(manager, id, revision, made);
  await manager.query('UPDATE experiment SET revision = $2 WHERE experiment_id = $1', [id, revision]);
}

async function insertRevision(
  manager: EntityManager,
  id: string,
  revision: number,
  { config, source, author, changes }: Made,
): Promise<void> {
  await manager.query(
    `INSERT INTO revision (experiment_id, revision, config, source, author, changes)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, revision, JSON.stringify(config), source, author, JSON.stringify(changes)],
  );
}

async function selectOne(manager: EntityManager, id: string): Promise<Experiment> {
  return (await selectExperiments(manager, id))[0]!;
}

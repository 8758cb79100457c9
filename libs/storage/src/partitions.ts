import type { DataSource } from 'typeorm';

const DAY_MS = 24 * 3600 * 1000;
const DAYS_AHEAD = 7;
const TABLES = ['decision', 'reward'];

/** Rows of this day are in the default partition already, so it stays their home. */
const OVERLAPS_DEFAULT = '23514';

/** Makes the daily (UTC) partitions from yesterday to a week ahead. Every process may call it, at any time. */
export async function ensurePartitions(dataSource: DataSource, now: Date): Promise<void> {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  for (let day = -1; day <= DAYS_AHEAD; day++) {
    for (const table of TABLES) await ensurePartition(dataSource, table, today + day * DAY_MS);
  }
}

async function ensurePartition(dataSource: DataSource, table: string, start: number): Promise<void> {
  const [from, to] = [start, start + DAY_MS].map((time) => new Date(time).toISOString().slice(0, 10));
  const partition = `${table}_${from!.replaceAll('-', '')}`;
  const [row] = await dataSource.query('SELECT to_regclass($1) IS NOT NULL AS exists', [partition]);
  if (row.exists) return;
  try {
    await dataSource.transaction(async (manager) => {
      await manager.query(`SET LOCAL lock_timeout = '5s'`);
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [partition]);
      await manager.query(`
        CREATE TABLE IF NOT EXISTS ${partition} PARTITION OF ${table}
        FOR VALUES FROM ('${from} 00:00:00+00') TO ('${to} 00:00:00+00')`);
    });
  } catch (error) {
    if ((error as { code?: string }).code !== OVERLAPS_DEFAULT) throw error;
  }
}

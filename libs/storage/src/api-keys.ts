import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';

/** Keys of the admin API. Only their SHA-256 is stored: they are long and random, so a slow hash adds nothing. */
export class ApiKeys {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes `key` the one with this name. */
  async ensure(name: string, key: string): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO api_key (name, hash) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, created_at = now()
       WHERE api_key.hash <> excluded.hash`,
      [name, hashOf(key)],
    );
  }

  /** Adds `key` unless there is one with this name; answers whether it did. */
  async add(name: string, key: string): Promise<boolean> {
    const rows = await this.dataSource.query(
      'INSERT INTO api_key (name, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
      [name, hashOf(key)],
    );
    return rows.length > 0;
  }

  /** Null when there is no such key. */
  async nameOf(key: string): Promise<string | null> {
    const rows: { name: string }[] = await this.dataSource.query(
      'SELECT name FROM api_key WHERE hash = $1 ORDER BY name LIMIT 1',
      [hashOf(key)],
    );
    return rows[0]?.name ?? null;
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from './read-sql.js';

export class AllowUnknownPropensity1763900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(readSql('1763900000000-allow-unknown-propensity.sql'));
  }

  /** Fails while there are decisions of unknown propensity: they cannot be told in the older form. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      COMMENT ON COLUMN decision.propensity IS NULL;
      ALTER TABLE decision ALTER COLUMN propensity SET NOT NULL
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from './read-sql.js';

export class CreateLedger1763800000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(readSql('1763800000000-create-ledger.sql'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE api_key, evidence, reward, decision, revision, experiment;
      DROP SEQUENCE reward_seq
    `);
  }
}

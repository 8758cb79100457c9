import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('evidence')
export class EvidenceEntity {
  @PrimaryColumn('uuid', { name: 'experiment_id', primaryKeyConstraintName: 'evidence_pk' })
  experimentId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'evidence_pk' })
  arm!: string;

  @Column('bigint', { default: 0 })
  decisions!: string;

  @Column('bigint', { default: 0 })
  pulls!: string;

  @Column('numeric', { default: 0 })
  reward!: string;

  @Column('numeric', { name: 'squared_reward', default: 0 })
  squaredReward!: string;
}

import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('reward')
@Index('reward_by_decision', ['experimentId', 'decisionId'])
@Index('reward_uncounted', ['experimentId', 'seq'], { where: '(counted_at IS NULL)' })
export class RewardEntity {
  @PrimaryColumn('uuid', { name: 'experiment_id', primaryKeyConstraintName: 'reward_pk' })
  experimentId!: string;

  @PrimaryColumn('timestamptz', { name: 'decided_at', primaryKeyConstraintName: 'reward_pk' })
  decidedAt!: Date;

  @PrimaryColumn('text', { name: 'decision_id', primaryKeyConstraintName: 'reward_pk' })
  decisionId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'reward_pk' })
  metric!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'reward_pk' })
  key!: string;

  @Column('numeric')
  value!: string;

  @Column('text')
  source!: string;

  @Column('timestamptz', { name: 'received_at', default: () => 'now()' })
  receivedAt!: Date;

  @Column('bigint', { default: () => "nextval('reward_seq')" })
  seq!: string;

  @Column('jsonb', {
    nullable: true,
    comment: 'the decision itself until it is counted, for the ledger may not have it yet',
  })
  decision!: object | null;

  @Column('timestamptz', { name: 'counted_at', nullable: true })
  countedAt!: Date | null;

  @Column('boolean', { default: false })
  late!: boolean;
}

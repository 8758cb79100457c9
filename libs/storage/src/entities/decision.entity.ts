import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('decision')
@Index('decision_by_id', ['experimentId', 'decisionId'])
export class DecisionEntity {
  @PrimaryColumn('uuid', { name: 'experiment_id', primaryKeyConstraintName: 'decision_pk' })
  experimentId!: string;

  @PrimaryColumn('timestamptz', { name: 'decided_at', primaryKeyConstraintName: 'decision_pk' })
  decidedAt!: Date;

  @PrimaryColumn('text', { name: 'decision_id', primaryKeyConstraintName: 'decision_pk' })
  decisionId!: string;

  @Column('integer')
  revision!: number;

  @Column('bigint', { name: 'evidence_version' })
  evidenceVersion!: string;

  @Column('text', { nullable: true })
  unit!: string | null;

  @Column('text')
  arm!: string;

  @Column('double precision', {
    nullable: true,
    comment: 'null where the component that chose did not state it',
  })
  propensity!: number | null;

  @Column('double precision', { array: true })
  probabilities!: (number | null)[];
}

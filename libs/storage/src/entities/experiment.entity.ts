import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

@Entity('experiment')
@Unique('experiment_name', ['name'])
export class ExperimentEntity {
  @PrimaryColumn('uuid', { name: 'experiment_id', primaryKeyConstraintName: 'experiment_pk' })
  experimentId!: string;

  @Column('text')
  name!: string;

  @Column('text')
  namespace!: string;

  @Column('text')
  deployment!: string;

  @Column('text')
  predictor!: string;

  @Column('text')
  node!: string;

  @Column('text')
  salt!: string;

  @Column('integer')
  revision!: number;

  @Column('jsonb', { comment: "the manifest's configuration as it was last applied" })
  declared!: object;

  @Column('bigint', { name: 'evidence_version', default: 0 })
  evidenceVersion!: string;

  @Column('timestamptz', {
    name: 'closed_through',
    default: () => "'-infinity'",
    comment: 'decisions up to this time have had their window closed',
  })
  closedThrough!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}

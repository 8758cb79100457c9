import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('revision')
export class RevisionEntity {
  @PrimaryColumn('uuid', { name: 'experiment_id', primaryKeyConstraintName: 'revision_pk' })
  experimentId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'revision_pk' })
  revision!: number;

  @Column('jsonb')
  config!: object;

  @Column('text')
  source!: string;

  @Column('text')
  author!: string;

  @Column('jsonb')
  changes!: object[];

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('api_key')
export class ApiKeyEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'api_key_pk' })
  name!: string;

  @Column('text', { comment: 'SHA-256 of the key, hexadecimal' })
  hash!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}

/** The database was migrated by a later version of Switchyard; nothing in it was touched. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';

  constructor(
    /** Migrations that this version does not know. */
    readonly migrations: readonly string[],
  ) {
    super(`the database is of a newer version of Switchyard: it has had ${migrations.join(', ')}`);
  }
}

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

/** A role's name or password that Postgres cannot have or that means something else. */
export class InvalidRouterRoleError extends Error {
  override readonly name = 'InvalidRouterRoleError';

  constructor(
    readonly field: 'name' | 'password',
    readonly expected: string,
    readonly got: string,
  ) {
    super(`the router's role: ${field} must be ${expected}, got ${got}`);
  }
}

/** The role cannot be what a router has; no right was given. */
export class RouterRoleError extends Error {
  override readonly name = 'RouterRoleError';

  constructor(
    readonly role: string,
    readonly problem: string,
  ) {
    super(`the router's role ${role} ${problem}`);
  }
}

/** Neither a running instance nor leave to start one. */
export class NothingAnswersError extends Error {
  override readonly name = 'NothingAnswersError';

  constructor(
    readonly url: string,
    readonly reason: string,
  ) {
    super(`nothing answers at ${url} (${reason}): start it with "npm start", or name another with --url`);
  }
}

export class NoExperimentError extends Error {
  override readonly name = 'NoExperimentError';

  constructor(
    readonly url: string,
    readonly deployment: string,
    readonly found: readonly string[],
  ) {
    super(
      `${url} runs no experiment of ${deployment}, found ${found.join(', ') || 'none'}: the demo needs ` +
        'examples/penguins/deployment.yaml ("npm start"), or name its deployment with --deployment',
    );
  }
}

export class MissingAdminKeyError extends Error {
  override readonly name = 'MissingAdminKeyError';

  constructor() {
    super(
      '--policy changes the experiment and needs the admin key that the first start printed: give it with ' +
        '--admin-key or SWITCHYARD_ADMIN_KEY',
    );
  }
}

/** The admin API did not do what it was asked for. */
export class AdminRefusedError extends Error {
  override readonly name = 'AdminRefusedError';

  constructor(
    readonly url: string,
    readonly status: number,
    readonly body: string,
  ) {
    super(`${url} answered ${status}: ${body.trim().slice(0, 300)}`);
  }
}

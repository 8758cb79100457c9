import { excerpt } from '#protocol';

const MOST_SHOWN = 20;

/** The metadata of a call name no deployment, or several. */
export class UnknownDeploymentError extends Error {
  override readonly name = 'UnknownDeploymentError';

  constructor(
    readonly deployment: string | undefined,
    readonly namespace: string | undefined,
    /** `namespace/name` of each. */
    readonly known: readonly string[],
  ) {
    const shown = known.slice(0, MOST_SHOWN).join(', ');
    super(
      `metadata seldon (its name) and namespace must lead to one deployment served here (${shown}), ` +
        `got seldon ${excerpt(deployment)} and namespace ${excerpt(namespace)}`,
    );
  }
}

/** A reward that does not say which prediction it is for. */
export class UnidentifiedFeedbackError extends Error {
  override readonly name = 'UnidentifiedFeedbackError';

  constructor() {
    super(
      'feedback must name its prediction by Seldon-Puid or Switchyard-Receipt (headers of the answer), or by ' +
        'response.meta.puid, got none of them',
    );
  }
}

/** No decision with this id is known, in memory or in the ledger. */
export class UnknownDecisionError extends Error {
  override readonly name = 'UnknownDecisionError';

  constructor(readonly decision: string) {
    super(
      `decision must be the id of a recorded decision of this deployment, got ${JSON.stringify(decision)}`,
    );
  }
}

/** Two parts of a feedback that name different predictions or routes. */
export class ContradictoryFeedbackError extends Error {
  override readonly name = 'ContradictoryFeedbackError';

  constructor(
    readonly field: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${field} must be ${expected}, got ${got}`);
  }
}

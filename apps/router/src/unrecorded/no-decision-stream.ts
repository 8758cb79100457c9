import { DecisionStream } from '#experiments';

/** Decisions that nobody records. */
export class NoDecisionStream extends DecisionStream {
  override async append(): Promise<void> {}
}

import { Injectable } from '@nestjs/common';
import { type Decision, LedgerUnavailableError, ReceiptSigner, RewardLedger } from '#experiments';
import type { ServedDeployment } from '../deployments/served-deployment.js';
import { Snapshots } from '../snapshots/snapshots.js';
import { ContradictoryFeedbackError, UnknownDecisionError } from './errors.js';

/** A decision reaches the ledger some milliseconds after its answer, through another router perhaps. */
const WAITS_MS = [20, 40, 80, 160, 300, 400, 500, 500, 500, 500];
/** Requests that may wait at once, so that made-up ids cannot keep the database busy. */
const MOST_WAITING = 256;

/** At least one of the two. */
export interface DecisionWish {
  readonly id: string | undefined;
  readonly receipt: string | undefined;
}

/** Finds the decisions that a reward is for. */
@Injectable()
export class DecisionFinder {
  private waiting = 0;

  constructor(
    private readonly ledger: RewardLedger,
    private readonly signer: ReceiptSigner,
    private readonly snapshots: Snapshots,
  ) {}

  /**
   * By the request's id, by a receipt, or by both when they agree; never empty. Throws `UnknownDecisionError`,
   * `InvalidReceiptError`, `ContradictoryFeedbackError`, `LedgerUnavailableError`.
   */
  async find(deployment: ServedDeployment, { id, receipt }: DecisionWish): Promise<readonly Decision[]> {
    const all = receipt === undefined ? await this.byId(deployment, id!) : this.byReceipt(receipt, id);
    const own = all.filter((decision) => this.belongs(decision, deployment));
    if (own.length === 0) throw new UnknownDecisionError(id ?? all[0]?.id ?? '');
    return own;
  }

  private byReceipt(receipt: string, id: string | undefined): readonly Decision[] {
    const decisions = this.signer.open(receipt);
    const other = decisions.find((decision) => id !== undefined && decision.id !== id);
    if (other !== undefined) throw new ContradictoryFeedbackError('receipt', `of decision ${id}`, other.id);
    return decisions;
  }

  private async byId(deployment: ServedDeployment, id: string): Promise<readonly Decision[]> {
    const recent = deployment.recent.get(id);
    if (recent !== undefined) return recent;
    const recorded = await this.recorded(id);
    if (recorded.length > 0 || this.waiting >= MOST_WAITING) return recorded;
    this.waiting++;
    try {
      return await this.awaited(id);
    } finally {
      this.waiting--;
    }
  }

  private async awaited(id: string): Promise<readonly Decision[]> {
    for (const wait of WAITS_MS) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const recorded = await this.recorded(id);
      if (recorded.length > 0) return recorded;
    }
    return [];
  }

  private async recorded(id: string): Promise<readonly Decision[]> {
    try {
      return await this.ledger.decisions(id);
    } catch (error) {
      if (error instanceof LedgerUnavailableError) throw error;
      throw new LedgerUnavailableError((error as Error).message, { cause: error });
    }
  }

  private belongs(decision: Decision, deployment: ServedDeployment): boolean {
    const snapshot = this.snapshots.get(decision.experimentId);
    return snapshot !== undefined && deployment.owns(snapshot.published.name);
  }
}

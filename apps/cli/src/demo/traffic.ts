import { messageOf } from '../failure.js';
import type { DemoClient, Prediction } from './client.js';
import type { Penguin } from './penguins.js';

/** Every so many rewards one goes out in Seldon's form, so that both are shown. */
const SELDON_FORM_EVERY = 10;
/** So many failures in a row mean that the server is gone. */
const MAX_FAILURES_IN_A_ROW = 20;

/** What was sent, and what of it was acknowledged. */
export interface Tally {
  asked: number;
  predicted: number;
  rewardsSent: number;
  rewarded: number;
  /** Sum of the acknowledged rewards. */
  value: number;
  /** Sum of all rewards that were sent. */
  valueSent: number;
  failures: number;
  lastFailure: string | null;
}

/** Sends penguins and rewards each right answer with 1, each wrong one with 0. */
export class Traffic {
  readonly tally: Tally = {
    asked: 0,
    predicted: 0,
    rewardsSent: 0,
    rewarded: 0,
    value: 0,
    valueSent: 0,
    failures: 0,
    lastFailure: null,
  };
  private failuresInARow = 0;

  constructor(
    private readonly client: DemoClient,
    private readonly signal: AbortSignal,
  ) {}

  /** Whether so many requests failed in a row that going on is pointless. */
  get gaveUp(): boolean {
    return this.failuresInARow >= MAX_FAILURES_IN_A_ROW;
  }

  async send(penguins: Iterator<Penguin>, concurrency: number): Promise<void> {
    await Promise.all(Array.from({ length: concurrency }, () => this.sendInTurn(penguins)));
  }

  private async sendInTurn(penguins: Iterator<Penguin>): Promise<void> {
    while (!this.signal.aborted && !this.gaveUp) {
      const next = penguins.next();
      if (next.done) return;
      await this.sendOne(next.value);
    }
  }

  private async sendOne(penguin: Penguin): Promise<void> {
    const { tally } = this;
    try {
      tally.asked++;
      const prediction = await this.client.predict(penguin);
      tally.predicted++;
      const value = prediction.species === penguin.species ? 1 : 0;
      tally.rewardsSent++;
      tally.valueSent += value;
      await this.reward(prediction, value, tally.rewardsSent);
      tally.rewarded++;
      tally.value += value;
      this.failuresInARow = 0;
    } catch (error) {
      tally.failures++;
      tally.lastFailure = messageOf(error);
      this.failuresInARow++;
    }
  }

  private reward(prediction: Prediction, value: number, turn: number): Promise<void> {
    return turn % SELDON_FORM_EVERY === 0
      ? this.client.rewardAsSeldon(prediction, value)
      : this.client.reward(prediction.decision, value);
  }
}

/** Answers what it gets, and says in its tags which rewards it got. */
export class Echo {
  private readonly rewards: number[] = [];

  predict(values: unknown): unknown {
    return values;
  }

  sendFeedback(_values: unknown, _names: unknown, reward: number): void {
    this.rewards.push(reward);
  }

  tags(): object {
    return { rewards: [...this.rewards] };
  }
}

type Rows = readonly (readonly number[])[];

const each = (rows: Rows, change: (value: number) => number) => rows.map((row) => row.map(change));

/** A class that can be asked everything. */
export class EveryMethod {
  private readonly feedback: object[] = [];

  predict(values: unknown): unknown {
    if (values === 'bad') throw Object.assign(new Error('expected anything but bad'), { status: 422 });
    return Array.isArray(values) ? each(values, (value) => 2 * value) : values;
  }

  transformInput(rows: Rows): number[][] {
    return each(rows, (value) => value + 1);
  }

  transformOutput(rows: Rows): number[][] {
    return each(rows, (value) => value - 1);
  }

  route(rows: Rows): number {
    return rows.length;
  }

  aggregate(answers: readonly Rows[]): number[][] {
    return answers.flatMap((rows) => each(rows, (value) => value));
  }

  sendFeedback(
    rows: Rows,
    _names: readonly string[],
    reward: number,
    _truth: unknown,
    routing: number | null,
  ): void {
    this.feedback.push({ rows, reward, routing });
  }

  tags(): object {
    return { feedback: [...this.feedback] };
  }
}

import { Component, ComponentError } from '#graph';
import { excerpt, type Message } from '#protocol';
import { messageOf, type Payload, readPayload, toAnswer } from '#sdk';

type Rows = readonly (readonly number[])[];

/** The mean of the children's rows, element by element; names and meta are the first child's. */
export class AverageCombiner extends Component {
  constructor(private readonly node: string) {
    super();
  }

  override async aggregate(messages: readonly Message[]): Promise<Message> {
    const payloads = messages.map((message, child) => this.read(message, child));
    const answers = payloads.map((payload, child) => this.rowsOf(payload, child));
    this.checkShapes(answers);
    const [first] = answers as [Rows];
    const { length } = answers;
    const mean = first.map((row, i) =>
      row.map((_, j) => answers.reduce((sum, rows) => sum + rows[i]![j]!, 0) / length),
    );
    return toAnswer(payloads[0]!, mean, { names: payloads[0]!.names });
  }

  private read(message: Message, child: number): Payload {
    try {
      return readPayload(message);
    } catch (error) {
      throw this.failure(`the answer of child ${child} cannot be read: ${messageOf(error)}`);
    }
  }

  private rowsOf({ value }: Payload, child: number): Rows {
    if (Array.isArray(value) && value.length > 0 && value.every(isRow)) return value;
    throw this.failure(`the answer of child ${child} must be rows of numbers, got ${excerpt(value)}`);
  }

  private checkShapes(answers: readonly Rows[]): void {
    const [expected, ...shapes] = answers.map((rows) => `[${rows.map((row) => row.length)}]`);
    const other = shapes.findIndex((shape) => shape !== expected);
    if (other < 0) return;
    throw this.failure(
      `the answer of child ${other + 1} must have rows of ${expected} numbers, as child 0, got ${shapes[other]}`,
    );
  }

  private failure(problem: string): ComponentError {
    return new ComponentError(
      this.node,
      'aggregate',
      500,
      `${this.node}: aggregate: ${problem}`,
      'INVALID_COMBINER_INPUT',
    );
  }
}

function isRow(row: unknown): row is number[] {
  return Array.isArray(row) && row.every((item) => typeof item === 'number');
}

import type { Decision, DecisionStream } from '#experiments';

const FLUSH_MS = 5;
const BATCH = 200;
const RETRY_MS = 250;

/** One experiment's decisions on their way to the stream, in order, each batch sent until it is taken. */
export class DecisionQueue {
  /** How often each arm was chosen. */
  readonly chosen = new Map<string, number>();
  withoutPropensity = 0;
  private readonly waiting: Decision[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sending = false;

  constructor(
    private readonly experimentId: string,
    private readonly stream: DecisionStream,
  ) {}

  get length(): number {
    return this.waiting.length;
  }

  count({ arm, propensity }: Decision): void {
    this.chosen.set(arm, (this.chosen.get(arm) ?? 0) + 1);
    if (propensity === null) this.withoutPropensity++;
  }

  add(decision: Decision): void {
    this.waiting.push(decision);
    if (this.sending) return;
    if (this.timer === undefined) this.sendIn(FLUSH_MS);
    if (this.waiting.length === BATCH) void this.send();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Sends everything, or until the stream takes no more. */
  async send(): Promise<void> {
    if (this.sending) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending = true;
    const taken = await this.drain();
    this.sending = false;
    if (this.waiting.length > 0) this.sendIn(taken ? FLUSH_MS : RETRY_MS);
  }

  private async drain(): Promise<boolean> {
    try {
      do {
        const batch = this.waiting.slice(0, BATCH);
        await this.stream.append(this.experimentId, batch);
        this.waiting.splice(0, batch.length);
      } while (this.waiting.length >= BATCH);
      return true;
    } catch {
      return false;
    }
  }

  private sendIn(milliseconds: number): void {
    this.timer = setTimeout(() => void this.send(), milliseconds);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { GrpcCaller } from '#testing';

const BODY = '{"data":{"ndarray":[[1.0]]}}';
const PAUSE_MS = 5;
/** How many predictions a reward comes late, so that the graph has often changed in between. */
const LAG = 200;

/** A prediction over REST, with what a reward for it needs. */
export interface Taken {
  readonly status: number;
  readonly id: string;
  readonly receipt: string;
  readonly arm: string;
  readonly body: string;
}

/** Its reward in Seldon's form. */
export function seldonReward({ body }: Taken): string {
  return JSON.stringify({ request: JSON.parse(BODY), response: JSON.parse(body), reward: 1 });
}

/** Predictions over REST and gRPC, and rewards for those over REST, until it is told to stop. */
export class SteadyLoad {
  readonly failures: string[] = [];
  /** How often each arm answered. */
  readonly perArm = new Map<string, number>();
  answered = 0;
  rewarded = 0;
  private readonly taken: Taken[] = [];
  private isOver = false;

  constructor(
    private readonly url: string,
    private readonly caller: GrpcCaller,
  ) {}

  /** Resolves after `stop`, when everything is answered. */
  async run(): Promise<void> {
    const predicting = [this.overRest(), this.overRest(), this.overRest(), this.overGrpc(), this.overGrpc()];
    await Promise.all([...predicting, this.rewarding()]);
  }

  stop(): void {
    this.isOver = true;
  }

  async predict(): Promise<Taken> {
    const answer = await this.post('predictions', BODY);
    return {
      status: answer.status,
      body: await answer.text(),
      id: answer.headers.get('switchyard-decision') ?? '',
      receipt: answer.headers.get('switchyard-receipt') ?? '',
      arm: answer.headers.get('switchyard-route')?.replace('router=', '') ?? '',
    };
  }

  post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/api/v1.0/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  }

  private async overRest(): Promise<void> {
    while (!this.isOver) {
      const prediction = await this.predict();
      this.note(prediction.status === 200, prediction.arm, prediction.body);
      this.taken.push(prediction);
      await sleep(PAUSE_MS);
    }
  }

  private async overGrpc(): Promise<void> {
    while (!this.isOver) {
      const { code, details, headers } = await this.caller.call('Seldon/Predict', { strData: 'x' });
      this.note(code === 0, String(headers.get('switchyard-route')[0]).replace('router=', ''), details);
      await sleep(PAUSE_MS);
    }
  }

  private async rewarding(): Promise<void> {
    while (!this.isOver || this.taken.length > 0) {
      if (this.isOver || this.taken.length > LAG) await this.reward(this.taken.shift());
      else await sleep(PAUSE_MS);
    }
  }

  /** By turns in the plain form and in Seldon's. */
  private async reward(taken: Taken | undefined): Promise<void> {
    if (taken === undefined) return;
    const plain = JSON.stringify({ receipt: taken.receipt, value: 1, key: 'outcome' });
    const answer =
      this.rewarded++ % 2 === 0
        ? await this.post('feedback', plain)
        : await this.post('feedback', seldonReward(taken), { 'seldon-puid': taken.id });
    if (answer.status !== 200) this.failures.push(await answer.text());
  }

  private note(isAnswered: boolean, arm: string, problem: string): void {
    if (!isAnswered) {
      this.failures.push(problem);
      return;
    }
    this.answered++;
    this.perArm.set(arm, (this.perArm.get(arm) ?? 0) + 1);
  }
}

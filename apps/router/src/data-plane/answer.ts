import type { Message } from '#protocol';

/** What a handler of the data plane answers; the edge writes it. */
export interface Answer {
  readonly status: number;
  readonly message: Message;
  /** Name, value, name, value, ... */
  readonly headers: string[];
}

import type { Message, Service } from '#protocol';
import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';

/** What stands behind one service of the data plane. */
export abstract class Handler {
  /** A failure is thrown; `failures.ts` knows its status. */
  abstract answer(exchange: Exchange, message: Message): Promise<Answer>;
}

export type Handlers = Readonly<Record<Service, Handler>>;

export const HANDLERS = Symbol('Handlers');

import { Message } from '#protocol';
import type { Answer } from '../data-plane/answer.js';
import { Handler } from '../data-plane/handler.js';

/** Always the same answer: whoever gets it knows that somebody is there. */
export class FixedHandler extends Handler {
  constructor(private readonly value: object) {
    super();
  }

  override async answer(): Promise<Answer> {
    return { status: 200, message: Message.ofValue(this.value), headers: [] };
  }
}

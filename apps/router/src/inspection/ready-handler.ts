import { Message } from '#protocol';
import type { Answer } from '../data-plane/answer.js';
import { NotReadyError } from '../data-plane/errors.js';
import type { Exchange } from '../data-plane/exchange.js';
import { Handler } from '../data-plane/handler.js';

const NOTHING = Message.ofBytes(Buffer.alloc(0));

/** Whether everything in one deployment can answer. */
export class ReadyHandler extends Handler {
  override async answer({ deployment }: Exchange): Promise<Answer> {
    try {
      await deployment.ready();
    } catch (error) {
      throw new NotReadyError((error as Error).message, { cause: error });
    }
    return { status: 200, message: NOTHING, headers: [] };
  }
}

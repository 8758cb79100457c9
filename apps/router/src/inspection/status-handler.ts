import { Call } from '#graph';
import { Message } from '#protocol';
import type { Answer } from '../data-plane/answer.js';
import { NotReadyError } from '../data-plane/errors.js';
import type { Exchange } from '../data-plane/exchange.js';
import { Handler } from '../data-plane/handler.js';
import { componentOf } from './component-of.js';

const READY = { status: { code: 200, info: 'ready', status: 'SUCCESS' } };

/** The health of one node, in its component's words where it has some. */
export class StatusHandler extends Handler {
  override async answer(exchange: Exchange): Promise<Answer> {
    const { deployment, puid, headers, node } = exchange;
    const predictor = deployment.predictorFor(puid);
    exchange.predictor = predictor.name;
    const component = componentOf(predictor, node!);
    const said = await component.status(new Call(puid, headers as Record<string, string>));
    if (said !== null) return { status: 200, message: said, headers: [] };
    try {
      await component.ready();
    } catch (error) {
      throw new NotReadyError((error as Error).message, { cause: error });
    }
    return { status: 200, message: Message.ofValue(READY), headers: [] };
  }
}

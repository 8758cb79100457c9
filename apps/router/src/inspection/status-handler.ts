import { Call } from '#graph';
import { Message } from '#protocol';
import type { Answer } from '../data-plane/answer.js';
import { NotReadyError } from '../data-plane/errors.js';
import type { Exchange } from '../data-plane/exchange.js';
import { Handler } from '../data-plane/handler.js';
import { componentOf } from './component-of.js';

/** The health of one node, in its component's words where it has some. */
export class StatusHandler extends Handler {
  override async answer(exchange: Exchange): Promise<Answer> {
    const { deployment, puid, headers, name, deadline } = exchange;
    const predictor = deployment.predictorFor(puid);
    exchange.predictor = predictor.name;
    const component = componentOf(predictor, exchange);
    const call = new Call(puid, headers as Record<string, string>, false, deadline);
    call.model = exchange.model;
    const said = await component.status(call);
    if (said !== null) return { status: 200, message: said, headers: [] };
    try {
      await component.ready();
    } catch (error) {
      throw new NotReadyError((error as Error).message, { cause: error });
    }
    return { status: 200, message: Message.ofValue(deployment.dialect.describeReady(name!)), headers: [] };
  }
}

import { Call } from '#graph';
import type { Message, RelayedCall } from '#protocol';
import type { Answer } from '../data-plane/answer.js';
import { NotSupportedError } from '../data-plane/errors.js';
import type { Exchange } from '../data-plane/exchange.js';
import { Handler } from '../data-plane/handler.js';

/** Hands a call that no step of a graph makes to the only component of its graph. */
export class RelayHandler extends Handler {
  constructor(private readonly call: RelayedCall) {
    super();
  }

  override async answer(exchange: Exchange, request: Message): Promise<Answer> {
    const { deployment, puid, headers, deadline } = exchange;
    const { name, components } = deployment.predictorFor(puid);
    exchange.predictor = name;
    const [[node, component] = [], ...others] = components;
    if (component === undefined || others.length > 0) {
      const problem = `goes to the model of a graph of one node, got one of ${components.size} nodes`;
      throw new NotSupportedError(`${this.call} ${problem}`);
    }
    const call = new Call(puid, headers as Record<string, string>, false, deadline);
    const message = await component.relay(this.call, request, call);
    if (message !== null) return { status: 200, message, headers: [] };
    const expected = 'a component behind gRPC that speaks tensorflow';
    throw new NotSupportedError(`${this.call} needs ${expected}, which node ${node} is not`);
  }
}

import { Call, type Component, graphMetadata, type ModelMetadata } from '#graph';
import { type Dialect, MalformedAnswerError, Message } from '#protocol';
import type { Answer } from '../data-plane/answer.js';
import { NoMetadataError } from '../data-plane/errors.js';
import type { Exchange } from '../data-plane/exchange.js';
import { Handler } from '../data-plane/handler.js';
import type { ServedPredictor } from '../deployments/served-predictor.js';
import { componentOf } from './component-of.js';

/** What one node says of itself, or what all of them say together of the graph. */
export class MetadataHandler extends Handler {
  override async answer(exchange: Exchange): Promise<Answer> {
    const { deployment, puid, headers, name, deadline } = exchange;
    const predictor = deployment.predictorFor(puid);
    exchange.predictor = predictor.name;
    const call = new Call(puid, headers as Record<string, string>, false, deadline);
    call.model = exchange.model;
    const message =
      name === undefined
        ? await ofGraph(predictor, call)
        : await ofNode(componentOf(predictor, exchange), name, deployment.dialect, call);
    return { status: 200, message, headers: [] };
  }
}

async function ofNode(component: Component, node: string, dialect: Dialect, call: Call): Promise<Message> {
  const said = (await component.metadata(call)) ?? dialect.describeModel(node);
  if (said === null) throw new NoMetadataError(node);
  return said instanceof Message ? said : Message.ofValue(said);
}

async function ofGraph({ name, declared, components }: ServedPredictor, call: Call): Promise<Message> {
  const models = await Promise.all(
    Array.from(components, async ([node, component]): Promise<[string, ModelMetadata]> => {
      const said = await component.metadata(call);
      return [node, said === null ? {} : objectOf(node, said.value)];
    }),
  );
  return Message.ofValue(graphMetadata(name, declared.graph, new Map(models)));
}

function objectOf(node: string, value: unknown): ModelMetadata {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new MalformedAnswerError(node, 'is no JSON object, expected metadata');
}

import { randomUUID } from 'node:crypto';
import type { Message } from '#protocol';

export type PayloadEventType = keyof typeof TYPES;

const TYPES = {
  request: 'io.seldon.serving.inference.request',
  response: 'io.seldon.serving.inference.response',
  feedback: 'io.seldon.serving.feedback',
} as const;

/** Where events of one node come from. */
export interface PayloadOrigin {
  readonly namespace: string;
  readonly deployment: string;
  readonly predictor: string;
  readonly node: string;
  readonly protocol: string;
  /** `http://{host}:{port}/` of the engine. */
  readonly source: string;
}

/** One event on its way to its sink. */
export interface PayloadEvent {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A CloudEvent 1.0 in HTTP's binary mode, with Seldon's extensions (reference seldon-v1.md, section 4.9). */
export function payloadEvent(
  url: URL,
  type: PayloadEventType,
  message: Message,
  { namespace, deployment, predictor, node, protocol, source }: PayloadOrigin,
  puid: string,
): PayloadEvent {
  return {
    url,
    body: message.bytes,
    headers: {
      'content-type': message.contentType,
      'ce-id': randomUUID(),
      'ce-type': TYPES[type],
      'ce-source': source,
      'ce-specversion': '1.0',
      'ce-time': new Date().toISOString(),
      'ce-requestid': puid,
      'ce-modelid': node,
      'ce-inferenceservicename': deployment,
      'ce-namespace': namespace,
      'ce-endpoint': predictor,
      'ce-protocol': protocol,
    },
  };
}

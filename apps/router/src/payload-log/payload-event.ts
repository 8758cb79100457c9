import { randomUUID } from 'node:crypto';
import { Message, messageList } from '#protocol';

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

/** What an event is made of, with nothing encoded yet. */
export interface PayloadNote {
  readonly url: URL;
  readonly type: PayloadEventType;
  /** Several are sent as the list of them. */
  readonly given: Message | readonly Message[];
  readonly origin: PayloadOrigin;
  readonly puid: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** One event on its way to its sink. */
export interface PayloadEvent {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * A CloudEvent 1.0 in HTTP's binary mode, with Seldon's extensions (reference seldon-v1.md, section 4.9). Throws where
 * the message has no bytes.
 */
export function payloadEvent({ url, type, given, origin, puid, at }: PayloadNote): PayloadEvent {
  const { namespace, deployment, predictor, node, protocol, source } = origin;
  const message = given instanceof Message ? given : messageList(given);
  return {
    url,
    body: message.bytes,
    headers: {
      'content-type': message.contentType,
      'ce-id': randomUUID(),
      'ce-type': TYPES[type],
      'ce-source': source,
      'ce-specversion': '1.0',
      'ce-time': new Date(at).toISOString(),
      'ce-requestid': puid,
      'ce-modelid': node,
      'ce-inferenceservicename': deployment,
      'ce-namespace': namespace,
      'ce-endpoint': predictor,
      'ce-protocol': protocol,
    },
  };
}

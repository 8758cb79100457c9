import type { Message } from '#protocol';

/** The part of Fastify's reply that is used here. */
export interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: Buffer): void;
}

/** A buffer, because of a text Fastify says that it is charset=utf-8, which Seldon's wrapper does not. */
export function send(reply: Reply, answer: Message): void {
  reply.header('content-type', answer.contentType).send(answer.bytes);
}

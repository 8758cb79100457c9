import { Message } from './message.js';

/** Messages as one, a JSON list of them: what a component gets to aggregate. */
export function messageList(messages: readonly Message[]): Message {
  const parts = messages.flatMap(({ bytes }, index) => [Buffer.from(index === 0 ? '[' : ','), bytes]);
  return Message.ofBytes(Buffer.concat([...parts, Buffer.from(']')]));
}

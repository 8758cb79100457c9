import { Message, seldonCodec, seldonMessageCodec, seldonServices } from '#protocol';
import type { Rpc, RpcService } from './rpc.js';

const NOTHING = Message.ofPacked(Buffer.alloc(0), seldonMessageCodec);
const { method } = seldonServices.Seldon;

/** Reference seldon-v1.md, section 1.8. */
const RPCS: readonly Rpc[] = [
  { method: method.predict, service: 'predictions', replyOf: (answer) => answer },
  {
    method: method.sendFeedback,
    service: 'feedback',
    // Where the root has nothing to say, REST sends the feedback back; here it is of another type.
    replyOf: (answer, request) => (answer === request ? NOTHING : answer),
  },
  {
    method: method.modelMetadata,
    service: 'metadata',
    targetOf: ({ value }) => ({ name: (value as { name?: string }).name ?? '' }),
    replyOf: (answer) => answer,
  },
  { method: method.graphMetadata, service: 'metadata', replyOf: (answer) => withShortNames(answer) },
];

/** Reference seldon-v1.md, section 1.12: two fields have other names than over REST. */
function withShortNames({ value }: Message): Message {
  const { graphinputs, graphoutputs, ...metadata } = value as Record<string, unknown>;
  return Message.ofValue({ ...metadata, inputs: graphinputs, outputs: graphoutputs });
}

export const seldonService: RpcService = {
  protocol: 'seldon',
  service: seldonServices.Seldon,
  codecOf: seldonCodec,
  rpcs: RPCS,
};

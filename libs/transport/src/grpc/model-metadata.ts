import { Message } from '#protocol';

interface Described {
  readonly shape?: readonly string[];
}

/** A packed SeldonModelMetadata in its REST form, where shapes are numbers: proto3 JSON writes such integers as strings. */
export function metadataOf(answer: Message, origin: string): Message {
  const { inputs, outputs, ...metadata } = answer.value as {
    inputs?: readonly Described[];
    outputs?: readonly Described[];
  };
  return Message.ofValue(
    {
      ...metadata,
      ...(inputs && { inputs: inputs.map(withNumbers) }),
      ...(outputs && { outputs: outputs.map(withNumbers) }),
    },
    origin,
  );
}

function withNumbers({ shape, ...described }: Described): object {
  return shape === undefined ? described : { ...described, shape: shape.map(Number) };
}

import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const text = { type: 'string' };
const integer = { type: 'integer' };
const any = {};
const list = (items: object) => ({ type: 'array', items });
const object = (properties: Record<string, object>) => ({ type: 'object', properties });
const mapOf = (values: object) => ({ type: 'object', additionalProperties: values });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The messages of Seldon Core v1 in their JSON form. */
export const seldonSchemas = {
  SeldonMessage: object({
    status: ref('Status'),
    meta: ref('Meta'),
    data: ref('DefaultData'),
    binData: { type: 'string', format: 'byte' },
    strData: text,
    jsonData: any,
    customData: object({ '@type': text }),
  }),
  SeldonMessageList: {
    oneOf: [list(ref('SeldonMessage')), object({ seldonMessages: list(ref('SeldonMessage')) })],
  },
  DefaultData: object({
    names: list(text),
    ndarray: list(any),
    tensor: ref('Tensor'),
    tftensor: object({ dtype: text, tensorShape: object({ dim: list(object({ size: text })) }) }),
  }),
  Tensor: object({ shape: list(integer), values: list({ type: 'number' }) }),
  Meta: object({
    puid: text,
    tags: mapOf(any),
    routing: mapOf(integer),
    requestPath: mapOf(text),
    metrics: list(ref('Metric')),
  }),
  Metric: object({
    key: text,
    type: { type: 'string', enum: ['COUNTER', 'GAUGE', 'TIMER'] },
    value: { type: 'number' },
    tags: mapOf(text),
  }),
  Status: object({ code: integer, info: text, reason: text, status: any }),
  Failure: object({ status: ref('Status') }),
  Feedback: {
    ...object({
      request: ref('SeldonMessage'),
      response: ref('SeldonMessage'),
      reward: { type: 'number' },
      truth: ref('SeldonMessage'),
    }),
    additionalProperties: false,
  },
  Metadata: object({
    name: text,
    versions: list(text),
    platform: text,
    inputs: list(any),
    outputs: list(any),
    custom: mapOf(text),
  }),
} satisfies Schemas;

/** An answer or a body of that schema. */
export function seldonContent(schema: keyof typeof seldonSchemas) {
  return {
    description: schema,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}

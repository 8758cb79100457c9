import type { StructuralSchema } from './structural-schema.js';

const text: StructuralSchema = { type: 'string' };
const count: StructuralSchema = { type: 'integer' };

function record(properties: Record<string, StructuralSchema>): StructuralSchema {
  return { type: 'object', properties, 'x-kubernetes-preserve-unknown-fields': true };
}

function mapOf(additionalProperties: StructuralSchema): StructuralSchema {
  return { type: 'object', additionalProperties };
}

/** A deployment's status, under Seldon's names (reference seldon-v1.md, section 5). */
export const STATUS_SCHEMA: StructuralSchema = record({
  state: text,
  description: text,
  replicas: count,
  address: record({ url: text }),
  deploymentStatus: mapOf(
    record({ name: text, status: text, description: text, replicas: count, availableReplicas: count }),
  ),
  serviceStatus: mapOf(record({ svcName: text, httpEndpoint: text, grpcEndpoint: text })),
  conditions: { type: 'array', items: record({ type: text, status: text, reason: text, message: text }) },
});

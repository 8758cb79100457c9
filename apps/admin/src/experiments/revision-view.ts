import { z } from 'zod';
import type { Revision } from '#experiments';
import { metricSchema, optionsSchema } from './experiment-view.js';

export const revisionSchema = z.object({
  revision: z.number().int(),
  policy: z.string(),
  options: optionsSchema,
  arms: z.array(z.object({ id: z.string(), enabled: z.boolean() })),
  metric: metricSchema,
  source: z.enum(['manifest', 'api']),
  author: z.string().describe("the API key's name, or what applied the manifest"),
  createdAt: z.string(),
  changes: z
    .array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() }))
    .describe('what differs from the revision before; from is null where there was nothing'),
});

export const revisionListSchema = z.object({ revisions: z.array(revisionSchema) });

export type RevisionView = z.infer<typeof revisionSchema>;

export function revisionView({
  revision,
  config,
  source,
  author,
  createdAt,
  changes,
}: Revision): RevisionView {
  return {
    revision,
    policy: config.policy,
    options: config.options as RevisionView['options'],
    arms: config.arms.map(({ id, enabled }) => ({ id, enabled })),
    metric: config.metric,
    source,
    author,
    createdAt: createdAt.toISOString(),
    changes: [...changes],
  };
}

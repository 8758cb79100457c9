import { z } from 'zod';
import type { ExperimentPatch } from '#experiments';

const byArm = z.record(z.string(), z.number());

/** The body of a PATCH. What the values mean for an experiment is checked where the revision is made. */
export const patchSchema = z
  .strictObject({
    policy: z.string().optional().describe('a name from GET /admin/v1/policies'),
    options: z
      .record(z.string(), z.union([z.number(), byArm]))
      .optional()
      .describe('options of the policy by name; the others stay as they are'),
    weights: z
      .union([z.array(z.number()), byArm])
      .optional()
      .describe('shares that sum to one, in the order of the arms or by arm; makes the policy weighted'),
    arms: z
      .record(z.string(), z.strictObject({ enabled: z.boolean() }))
      .optional()
      .describe('arms to switch on or off'),
  })
  .refine((patch) => Object.keys(patch).length > 0, {
    message: 'an object with at least one of policy, options, weights and arms',
  }) satisfies z.ZodType<ExperimentPatch>;

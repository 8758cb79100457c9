import { z } from 'zod';

/** The form of every error that the API answers with. */
export const errorSchema = z
  .object({
    error: z
      .object({
        code: z.number().int().describe('the HTTP status'),
        reason: z.string().describe('for programs, such as INVALID_FIELD'),
        field: z.string().optional().describe('the path of the field that is wrong'),
        current: z.number().int().optional().describe('the current revision, where another one was expected'),
        message: z.string(),
      })
      .strict(),
  })
  .strict();

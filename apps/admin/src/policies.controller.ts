import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { policyKinds } from '#bandits';
import { errorSchema } from './errors/error-schema.js';

const policiesSchema = z.object({
  policies: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      options: z.record(
        z.string(),
        z.object({
          type: z.enum(['number', 'weights']),
          description: z.string(),
          default: z.number().optional().describe('absent where the option must be given'),
          min: z.number().optional(),
          max: z.number().optional(),
        }),
      ),
    }),
  ),
});

@ApiBearerAuth()
@Controller('admin/v1/policies')
export class PoliciesController {
  @Get()
  @ApiOperation({ summary: 'The policies that an experiment can name, with their options' })
  @ApiOkResponse({ standardSchema: policiesSchema })
  @ApiUnauthorizedResponse({ standardSchema: errorSchema })
  list(): z.infer<typeof policiesSchema> {
    const policies = policyKinds.map(({ name, description, options }) => ({
      name,
      description,
      options: { ...options },
    }));
    return { policies };
  }
}

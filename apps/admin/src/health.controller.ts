import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Open } from './auth/open.decorator.js';
import { errorSchema } from './errors/error-schema.js';

const healthSchema = z.object({ status: z.string() });

@Open(true)
@Controller()
export class HealthController {
  constructor(private readonly database: DataSource) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs', security: [] })
  @ApiOkResponse({ standardSchema: healthSchema })
  live(): z.infer<typeof healthSchema> {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The process can serve: its database answers', security: [] })
  @ApiOkResponse({ standardSchema: healthSchema })
  @ApiServiceUnavailableResponse({ standardSchema: errorSchema })
  async ready(): Promise<z.infer<typeof healthSchema>> {
    await this.database.query('SELECT 1');
    return { status: 'ready' };
  }
}

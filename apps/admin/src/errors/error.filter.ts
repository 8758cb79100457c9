import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { errorResponse } from './error-response.js';
import { sendError } from './send-error.js';

/** The one place where errors become answers. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Admin');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = errorResponse(error);
    if (response.code === 503) this.logger.warn(`${response.message}: ${(error as Error).message}`);
    else if (response.code >= 500) this.logger.error(error);
    sendError(host.switchToHttp().getResponse<FastifyReply>(), response);
  }
}

import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { RefusedRequestError } from '../errors.js';
import { failureOf } from './error-body.js';
import type { Reply } from './reply.js';

/** Every failure, of the framework's as of the user's class, in the form of Seldon's wrapper. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Component');

  catch(error: unknown, host: ArgumentsHost): void {
    const { status, body } = failureOf(
      error instanceof HttpException ? new RefusedRequestError(error.message, error.getStatus()) : error,
    );
    if (status >= 500) this.logger.error(body.status.info, (error as Error | null | undefined)?.stack);
    const reply = host.switchToHttp().getResponse<Reply>();
    reply
      .status(status)
      .header('content-type', 'application/json')
      .send(Buffer.from(JSON.stringify(body)));
  }
}

import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { failure } from '#protocol';

interface Reply {
  status(code: number): Reply;
  send(body: unknown): void;
}

/** Errors outside the data plane, in the same form as those inside. */
@Catch()
export class StatusFilter implements ExceptionFilter {
  private readonly logger = new Logger(StatusFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<Reply>();
    if (!(error instanceof HttpException)) this.logger.error(error);
    const code = error instanceof HttpException ? error.getStatus() : 500;
    const info = error instanceof HttpException ? error.message : 'unexpected failure';
    const reason = code === 404 ? 'UNKNOWN_PATH' : code === 503 ? 'NOT_READY' : 'INTERNAL';
    reply.status(code).send(failure(code, info, reason));
  }
}

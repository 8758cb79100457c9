import { Catch, Logger, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { failureStatus, grpcCodeOf } from '#transport';
import { failureOf } from '../rest/error-body.js';

/** Every failure as a status of gRPC, with the text and the reason that it has over REST. */
@Catch()
export class RpcFilter implements RpcExceptionFilter {
  private readonly logger = new Logger('Component');

  catch(error: unknown): Observable<never> {
    const { status, body } = failureOf(error);
    const { info, reason } = body.status;
    if (status >= 500) this.logger.error(info, (error as Error | null | undefined)?.stack);
    return throwError(() => failureStatus(grpcCodeOf(status), info, reason));
  }
}

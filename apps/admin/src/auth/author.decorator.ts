import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AuthorizedRequest } from './api-key.guard.js';

/** The name of the API key that the call was made with. */
export const Author = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<AuthorizedRequest>().keyName,
);

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '#storage';
import { UnauthorizedError } from '../errors/admin-errors.js';
import { Open } from './open.decorator.js';

export type AuthorizedRequest = FastifyRequest & { keyName?: string };

const BEARER = /^Bearer +([!-~]+)$/i;

/** Lets a call through when it carries a known API key, and notes the key's name. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeys,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride(Open, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<AuthorizedRequest>();
    const key = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const name = key === undefined ? null : await this.keys.nameOf(key);
    if (name === null) throw new UnauthorizedError(key !== undefined);
    request.keyName = name;
    return true;
  }
}

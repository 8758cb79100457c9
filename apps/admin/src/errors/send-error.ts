import type { FastifyReply } from 'fastify';
import type { ErrorResponse } from './error-response.js';

/** `{"error": {"code": 422, "reason": "INVALID_FIELD", "field": "weights", "message": "..."}}` */
export function sendError(
  reply: FastifyReply,
  { code, reason, message, details, headers }: ErrorResponse,
): void {
  reply
    .code(code)
    .headers(headers ?? {})
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: { code, reason, ...details, message } }));
}

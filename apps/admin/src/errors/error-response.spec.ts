import { describe, expect, it } from '@jest/globals';
import { NotFoundException } from '@nestjs/common';
import { InvalidPatchError, StaleRevisionError, UnknownExperimentError } from '#experiments';
import { UnauthorizedError } from './admin-errors.js';
import { errorResponse } from './error-response.js';

describe('errorResponse', () => {
  it('names the field that cannot be', () => {
    expect(errorResponse(new InvalidPatchError('weights', 'numbers that sum to 1', '0.9'))).toEqual({
      code: 422,
      reason: 'INVALID_FIELD',
      details: { field: 'weights' },
      message: 'weights must be numbers that sum to 1, got 0.9',
    });
  });

  it('tells the current revision to who is late', () => {
    expect(errorResponse(new StaleRevisionError('x', 3, 5))).toMatchObject({
      code: 412,
      details: { current: 5 },
      headers: { etag: '"5"' },
    });
  });

  it('asks for a key', () => {
    expect(errorResponse(new UnauthorizedError(false))).toMatchObject({
      code: 401,
      headers: { 'www-authenticate': 'Bearer realm="switchyard"' },
    });
  });

  it.each([
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })],
    [Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })],
    [Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' })],
    [new Error('Connection terminated unexpectedly')],
    [new Error('could not read', { cause: new Error('timeout exceeded when trying to connect') })],
  ])('says when the database is away: %s', (error) => {
    expect(errorResponse(error)).toMatchObject({ code: 503, headers: { 'retry-after': '1' } });
  });

  it('passes on what the framework refuses', () => {
    expect(errorResponse(new NotFoundException('Cannot GET /x'))).toEqual({
      code: 404,
      reason: 'UNKNOWN_PATH',
      message: 'Cannot GET /x',
    });
    expect(errorResponse(new UnknownExperimentError('x'))).toMatchObject({ reason: 'UNKNOWN_EXPERIMENT' });
  });

  it('keeps the message of what it does not know inside', () => {
    expect(errorResponse(new Error('the password is secret'))).toEqual({
      code: 500,
      reason: 'INTERNAL',
      message: 'internal error; see the log',
    });
  });
});

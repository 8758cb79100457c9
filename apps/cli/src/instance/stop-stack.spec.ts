import { describe, expect, it } from '@jest/globals';
import { StopStack } from './stop-stack.js';

describe('StopStack', () => {
  it('stops in the opposite order, also past a failure, which it throws at the end', async () => {
    const stack = new StopStack();
    const stopped: string[] = [];
    stack.push(async () => stopped.push('services'));
    stack.push(() => Promise.reject(new Error('the router hangs')));
    stack.push(async () => stopped.push('admin'));
    await expect(stack.stop()).rejects.toThrow('the router hangs');
    expect(stopped).toEqual(['admin', 'services']);
    await stack.stop();
    expect(stopped).toHaveLength(2);
  });
});

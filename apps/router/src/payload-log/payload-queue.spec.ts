import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Message } from '#protocol';
import type { PayloadNote } from './payload-event.js';
import { PayloadQueue } from './payload-queue.js';

const received: string[] = [];
const sink = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  received.push(Buffer.concat(chunks).toString());
  response.end();
});

beforeAll(async () => {
  sink.listen(0, '127.0.0.1');
  await once(sink, 'listening');
});

afterAll(() => {
  sink.close();
});

const origin = {
  ...{ namespace: 'n', deployment: 'd', predictor: 'p', node: 'm', protocol: 'seldon', source: 'http://s/' },
};

function note(given: PayloadNote['given']): PayloadNote {
  const url = new URL(`http://127.0.0.1:${(sink.address() as AddressInfo).port}`);
  return { url, type: 'request', given, origin, puid: 'p-1', at: 0 };
}

function observed(size: number) {
  const outcomes: string[] = [];
  const queue = new PayloadQueue(size, (outcome, reason) =>
    outcomes.push(`${outcome} ${reason ?? ''}`.trim()),
  );
  return { queue, outcomes };
}

describe('PayloadQueue', () => {
  it('encodes nothing before its caller has gone on', async () => {
    const { queue, outcomes } = observed(10);
    let encoded = 0;
    queue.add(note(Message.ofValue({ toJSON: () => `encoded ${++encoded}` })));
    await Promise.resolve();
    expect(encoded).toBe(0);
    await queue.close();
    expect(received).toEqual(['"encoded 1"']);
    expect(outcomes).toEqual(['sent']);
  });

  it('counts what cannot be encoded as dropped', async () => {
    const { queue, outcomes } = observed(10);
    queue.add(note(Message.ofValue(1n)));
    await queue.close();
    expect(outcomes).toEqual([
      expect.stringMatching(/^dropped the request of node m has no bytes: .*BigInt/),
    ]);
  });

  it('takes no more than it has room for, encoded or not', async () => {
    const { queue, outcomes } = observed(2);
    for (let i = 0; i < 5; i++) queue.add(note([Message.ofValue(i), Message.ofValue(i)]));
    await queue.close();
    expect(outcomes.filter((outcome) => outcome.startsWith('dropped the queue is full'))).toHaveLength(3);
    expect(received.slice(1).sort()).toEqual(['[0,0]', '[1,1]']);
  });
});

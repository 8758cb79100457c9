import { afterEach, expect, it } from '@jest/globals';
import { backOff } from './back-off.js';
import { WorkQueue } from './work-queue.js';

let queue = new WorkQueue();

afterEach(() => {
  queue.close();
  queue = new WorkQueue();
});

/** Works on everything until `count` turns are done; `during` runs inside of each turn. */
async function turns(count: number, during: (key: string, turn: number) => unknown, workers = 1) {
  const done: string[] = [];
  await queue.run(workers, async (key) => {
    await during(key, done.length);
    done.push(key);
    if (done.length === count) queue.close();
  });
  return done;
}

it('gives a key that was added several times one turn', async () => {
  for (const key of ['a', 'b', 'a']) queue.add(key);
  queue.addAfter('last', 1);
  expect(await turns(3, () => {})).toEqual(['a', 'b', 'last']);
});

it('gives a key that is added during its turn another one', async () => {
  queue.add('a');
  expect(await turns(2, (_key, turn) => turn === 0 && queue.add('a'))).toEqual(['a', 'a']);
});

it('never works on a key twice at a time', async () => {
  const active = new Set<string>();
  let together = 0;
  queue.add('a');
  queue.add('b');
  await turns(
    20,
    async (key) => {
      expect(active.has(key)).toBe(false);
      active.add(key);
      together = Math.max(together, active.size);
      queue.add(key);
      await new Promise(setImmediate);
      active.delete(key);
    },
    4,
  );
  expect(together).toBe(2);
});

it('keeps the earlier of two times', async () => {
  queue.addAfter('a', 60_000);
  queue.addAfter('a', 1);
  queue.addAfter('a', 60_000);
  expect(await turns(1, () => {})).toEqual(['a']);
});

it('waits longer the more often a key failed, up to a minute', () => {
  expect([0, 1, 2, 3, 20, 500].map(backOff)).toEqual([100, 200, 400, 800, 60_000, 60_000]);
});

it('resolves when it is closed with nothing to do', async () => {
  const run = queue.run(3, async () => {});
  queue.close();
  await run;
});

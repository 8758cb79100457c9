import { expect, it } from '@jest/globals';
import { ApiError } from './errors.js';
import type { KubernetesClient } from './kubernetes-client.js';
import type { KubernetesResource } from './kubernetes-resource.js';
import { Reflector } from './reflector.js';

/** An API server that answers what a test wrote down: pages of lists, and watches that end when they are through. */
class ScriptedServer {
  readonly asked: string[] = [];

  constructor(
    private readonly lists: readonly object[],
    private readonly watches: readonly (readonly object[])[],
  ) {}

  private listed = 0;
  private watched = 0;

  async call({ path }: { path: string }): Promise<unknown> {
    this.asked.push(path);
    return this.lists[this.listed++];
  }

  async *lines(path: string, signal: AbortSignal): AsyncGenerator<string> {
    this.asked.push(path);
    const events = this.watches[this.watched++];
    if (events === undefined) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return;
    }
    for (const event of events) {
      if (event instanceof Error) throw event;
      yield JSON.stringify(event);
    }
  }
}

const pod = (name: string, version: number, uid = name): KubernetesResource => ({
  metadata: { name, namespace: 'n', uid, resourceVersion: String(version) },
});
const list = (version: number, items: KubernetesResource[], next?: string) => ({
  metadata: { resourceVersion: String(version), ...(next && { continue: next }) },
  items,
});
const event = (type: string, object: object) => ({ type, object });

/** What was told, until the script is through. */
async function follow(server: ScriptedServer, before?: (reflector: Reflector<KubernetesResource>) => void) {
  const told: string[] = [];
  const end = new AbortController();
  const reflector = new Reflector<KubernetesResource>(server as unknown as KubernetesClient, {
    path: '/pods',
    labelSelector: 'a=b',
    keep: (resource) => resource,
    onChange: ({ key, before: old, after }) => {
      told.push(`${key} ${old?.metadata.resourceVersion ?? '-'} ${after?.metadata.resourceVersion ?? '-'}`);
      if (key === 'n/last') end.abort();
      else before?.(reflector);
    },
  });
  await reflector.run(end.signal);
  return { told, keys: [...reflector.all()].map(({ metadata: { name } }) => name).sort() };
}

const last = event('ADDED', pod('last', 900));

it('lists page by page, then watches from there', async () => {
  const server = new ScriptedServer(
    [list(5, [pod('a', 1)], 'more'), list(5, [pod('b', 2)])],
    [[event('MODIFIED', pod('a', 6)), event('DELETED', pod('b', 7)), last]],
  );
  const { told, keys } = await follow(server);
  expect(told).toEqual(['n/a - 1', 'n/b - 2', 'n/a 1 6', 'n/b 2 -', 'n/last - 900']);
  expect(keys).toEqual(['a', 'last']);
  expect(server.asked).toEqual([
    '/pods?limit=500&labelSelector=a%3Db',
    '/pods?limit=500&continue=more&labelSelector=a%3Db',
    '/pods?watch=true&allowWatchBookmarks=true&resourceVersion=5&labelSelector=a%3Db',
  ]);
});

it('goes on from the last version, a bookmark as well, when a watch ends or breaks', async () => {
  const broken = new ApiError('GET /pods', 0, 'Unreachable', 'socket hang up');
  const server = new ScriptedServer(
    [list(5, [])],
    [[event('ADDED', pod('a', 6))], [event('BOOKMARK', pod('', 70)), broken], [last]],
  );
  await follow(server);
  expect(server.asked.map((path) => /resourceVersion=(\d+)/.exec(path)?.[1])).toEqual([
    undefined,
    '5',
    '6',
    '70',
  ]);
});

it.each([
  ['an event', event('ERROR', { code: 410, message: 'too old', metadata: {} })],
  ['a status', new ApiError('GET /pods', 410, 'Expired', 'too old')],
])('lists again when a watch has expired, told by %s, and finds what it missed', async (_by, expired) => {
  const server = new ScriptedServer(
    [list(5, [pod('a', 1), pod('b', 2), pod('c', 3)]), list(50, [pod('a', 1), pod('c', 40), pod('d', 41)])],
    [[expired], [last]],
  );
  const { told } = await follow(server);
  expect(told.slice(3)).toEqual(['n/c 3 40', 'n/d - 41', 'n/b 2 -', 'n/last - 900']);
});

it('is not told an older state than it was given', async () => {
  const server = new ScriptedServer(
    [list(5, [pod('a', 1)])],
    [[event('MODIFIED', pod('a', 6)), event('MODIFIED', pod('a', 8)), last]],
  );
  const { told } = await follow(server, (reflector) => reflector.put(pod('a', 7)));
  expect(told).toEqual(['n/a - 1', 'n/a 7 8', 'n/last - 900']);
});

it('keeps what it was told when an answer comes later that is older', async () => {
  const server = new ScriptedServer([list(5, [])], [[event('ADDED', pod('a', 8)), last]]);
  let kept: string | undefined;
  await follow(server, (reflector) => {
    expect(reflector.put(pod('a', 7)).metadata.resourceVersion).toBe('7');
    kept = reflector.get('n/a')?.metadata.resourceVersion;
  });
  expect(kept).toBe('8');
});

it('keeps an object that took the name of a deleted one', async () => {
  const server = new ScriptedServer(
    [list(5, [pod('a', 1, 'old')])],
    [[event('DELETED', pod('a', 8, 'old')), last]],
  );
  const { keys } = await follow(server, (reflector) => reflector.put(pod('a', 7, 'new')));
  expect(keys).toEqual(['a', 'last']);
});

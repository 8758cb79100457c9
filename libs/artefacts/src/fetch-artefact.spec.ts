import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ArtefactOptions } from './artefact-options.js';
import {
  ArtefactTooLargeError,
  BrokenArchiveError,
  ChecksumMismatchError,
  InvalidArtefactVariableError,
  MissingArtefactError,
  PathOutsideError,
  PrivateAddressError,
  RefusedArtefactError,
  RefusedRedirectError,
  UnreachableArtefactError,
  UnsafeEntryError,
  UnsupportedUriError,
} from './errors.js';
import { fetchArtefact } from './fetch-artefact.js';
import { breakAfter, FileServer, sendFile } from './testing/file-server.js';

const CONTENT = randomBytes(300_000);
const SUM = createHash('sha256').update(CONTENT).digest('hex');

const server = new FileServer();
let base: string;
let cacheDir: string;
/** Bytes of the file that is on its way. */
let arrived = 0;

beforeAll(() => server.start());
afterAll(() => server.close());
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'artefacts-'));
  cacheDir = join(base, 'cache');
  server.requests.length = 0;
  arrived = 0;
});
afterEach(() => rm(base, { recursive: true }));

function fetch(uri: string, options: Partial<ArtefactOptions> = {}): Promise<string> {
  const limits = { retryDelayMs: 5, ...options.limits };
  const onProgress = ({ receivedBytes }: { receivedBytes: number }) => {
    arrived = receivedBytes;
  };
  return fetchArtefact(uri, { cacheDir, allowPrivate: true, env: {}, onProgress, ...options, limits });
}

const left = async (folder: string) => (await readdir(join(cacheDir, folder))).sort();

describe('a file by http', () => {
  it('comes under its name, whole, with progress', async () => {
    const progress: number[] = [];
    const uri = server.file('/models/model%20a.onnx', CONTENT);
    const path = await fetch(`${uri}?version=1#part`, {
      onProgress: ({ receivedBytes, totalBytes }) => {
        expect(totalBytes).toBe(CONTENT.length);
        progress.push(receivedBytes);
      },
    });
    expect(basename(path)).toBe('model a.onnx');
    expect(CONTENT.equals(await readFile(path))).toBe(true);
    expect(progress.at(-1)).toBe(CONTENT.length);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await left('objects')).toEqual([SUM]);
    expect(await left('parts')).toEqual([]);
  });

  it('is not fetched again while its ETag stays, and is when it changes', async () => {
    const uri = server.file('/model', 'one');
    const first = await fetch(uri);
    expect(await fetch(uri)).toBe(first);
    expect(server.requests[1]!.headers['if-none-match']).toBeDefined();
    server.file('/model', 'two');
    const second = await fetch(uri);
    expect(await readFile(second, 'utf8')).toBe('two');
    expect(await readFile(first, 'utf8')).toBe('one');
  });

  it('is fetched again when the cache has lost it', async () => {
    const uri = server.file('/model', CONTENT);
    const path = await fetch(uri);
    await rm(join(path, '..'), { recursive: true });
    expect(CONTENT.equals(await readFile(await fetch(uri)))).toBe(true);
    await rm(join(cacheDir, 'objects', SUM));
    await rm(join(path, '..'), { recursive: true });
    expect(CONTENT.equals(await readFile(await fetch(uri)))).toBe(true);
  });

  it('is stored once, whatever it is called', async () => {
    const paths = [await fetch(server.file('/a', CONTENT)), await fetch(server.file('/b', CONTENT))];
    const inodes = await Promise.all(paths.map(async (path) => (await stat(path)).ino));
    expect(inodes[0]).toBe(inodes[1]);
  });

  it('is downloaded once for many callers', async () => {
    let bodies = 0;
    const uri = server.on('/slow', (request, response) => {
      if (request.headers['if-none-match'] === undefined) bodies++;
      setTimeout(() => sendFile(request, response, CONTENT), 100);
    });
    const paths = await Promise.all(Array.from({ length: 8 }, () => fetch(uri)));
    expect(new Set(paths).size).toBe(1);
    expect(bodies).toBe(1);
  });

  it('needs no server when its checksum is known', async () => {
    const uri = `${server.file('/pinned', CONTENT)}#sha256=${SUM}`;
    await fetch(uri);
    await fetch(uri);
    expect(server.asked('/pinned')).toBe(1);
  });

  it('is refused when the checksum is another one', async () => {
    const uri = server.file('/model', CONTENT);
    const start = fetch(`${uri}#sha256=${'0'.repeat(64)}`);
    await expect(start).rejects.toBeInstanceOf(ChecksumMismatchError);
    await expect(start).rejects.toMatchObject({ field: 'sha256', expected: '0'.repeat(64), got: SUM });
    expect(await left('trees')).toEqual([]);
  });
});

describe('a download that breaks off', () => {
  it('goes on where it was, if the file is the same', async () => {
    let calls = 0;
    const uri = server.on('/broken', (request, response) =>
      sendFile(request, response, CONTENT, [100_000, 200_000][calls++], () => arrived),
    );
    expect(CONTENT.equals(await readFile(await fetch(uri)))).toBe(true);
    const ranges = server.requests.map(({ headers }) => headers.range);
    expect(ranges).toHaveLength(3);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
    expect(server.requests[2]!.headers['if-match']).toBeDefined();
  });

  it('starts again when the file has changed meanwhile', async () => {
    const other = randomBytes(250_000);
    let calls = 0;
    const uri = server.on('/changing', (request, response) =>
      calls++ === 0
        ? sendFile(request, response, CONTENT, 100_000, () => arrived)
        : sendFile(request, response, other),
    );
    expect(other.equals(await readFile(await fetch(uri)))).toBe(true);
    expect(server.requests.map(({ headers }) => headers.range !== undefined)).toEqual([false, true, false]);
  });

  it('starts again where the server gives no ETag', async () => {
    let calls = 0;
    const uri = server.on('/plain', (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      if (calls++ > 0) return response.end(CONTENT);
      return breakAfter(response, CONTENT.subarray(0, 1000), () => arrived > 0);
    });
    expect(CONTENT.equals(await readFile(await fetch(uri)))).toBe(true);
  });

  it('starts again where the server ignores the range', async () => {
    let calls = 0;
    const uri = server.on('/deaf', (request, response) => {
      delete request.headers.range;
      sendFile(request, response, CONTENT, calls++ === 0 ? 100_000 : undefined, () => arrived);
    });
    expect(CONTENT.equals(await readFile(await fetch(uri)))).toBe(true);
  });

  it('is taken up by a later call when the attempts are used up', async () => {
    let until = 100_000;
    const uri = server.on('/flaky', (request, response) =>
      sendFile(request, response, CONTENT, until, () => arrived),
    );
    const start = fetch(uri, { limits: { maxAttempts: 1 } });
    await expect(start).rejects.toBeInstanceOf(UnreachableArtefactError);
    until = CONTENT.length;
    expect(CONTENT.equals(await readFile(await fetch(uri)))).toBe(true);
    expect(Number(/\d+/.exec(server.requests[1]!.headers.range!)![0])).toBeGreaterThan(0);
    expect(await left('parts')).toEqual([]);
  });

  it('ends after the attempts that are allowed', async () => {
    const uri = server.on('/down', (_request, response) => response.writeHead(503).end());
    const start = fetch(uri, { limits: { maxAttempts: 3 } });
    await expect(start).rejects.toBeInstanceOf(UnreachableArtefactError);
    await expect(start).rejects.toThrow('got status 503 at the last of 3 attempts');
    expect(server.asked('/down')).toBe(3);
  });

  it('is cut when the server falls silent', async () => {
    const uri = server.on('/silent', (_request, response) => response.writeHead(200).write('a'));
    const start = fetch(uri, { limits: { maxAttempts: 1, idleMs: 300 } });
    await expect(start).rejects.toBeInstanceOf(UnreachableArtefactError);
  });

  it('ends with the reason of the signal', async () => {
    const uri = server.on('/endless', (_request, response) => response.writeHead(200).write('a'));
    const abort = new AbortController();
    const calls = Promise.allSettled([
      fetch(uri, { signal: abort.signal }),
      fetch(uri, { signal: abort.signal }),
    ]);
    await sleep(100);
    abort.abort(new Error('the router stops'));
    for (const call of await calls) {
      expect(call).toMatchObject({ status: 'rejected', reason: { message: 'the router stops' } });
    }
  });
});

describe('a server that does harm', () => {
  it('cannot send without end', async () => {
    const uri = server.on('/endless', (_request, response) => {
      const send = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', send);
      send();
    });
    const start = fetch(uri, { limits: { maxBytes: 1_000_000 } });
    await expect(start).rejects.toBeInstanceOf(ArtefactTooLargeError);
    await expect(start).rejects.toThrow('artefact must be at most 1000000 bytes');
    expect(await left('parts')).toEqual([]);
  });

  it('is not read from when it announces too much', async () => {
    const start = fetch(server.file('/large', CONTENT), { limits: { maxBytes: CONTENT.length - 1 } });
    await expect(start).rejects.toBeInstanceOf(ArtefactTooLargeError);
    expect(await left('objects')).toEqual([]);
  });

  it.each([
    [404, MissingArtefactError],
    [410, MissingArtefactError],
    [401, RefusedArtefactError],
    [403, RefusedArtefactError],
    [206, RefusedArtefactError],
    [204, RefusedArtefactError],
    [304, RefusedArtefactError],
  ])('is asked once when it answers %i', async (status, error) => {
    const uri = server.on('/status', (_request, response) => response.writeHead(status).end());
    await expect(fetch(uri)).rejects.toBeInstanceOf(error);
    expect(server.asked('/status')).toBe(1);
  });

  const redirect = (path: string, location: string) =>
    server.on(path, (_request, response) => response.writeHead(302, { location }).end());

  it('may redirect a few times', async () => {
    server.file('/end', CONTENT);
    for (const i of [1, 2, 3, 4]) redirect(`/hop${i}`, `/hop${i + 1}`);
    redirect('/hop5', '/end');
    const path = await fetch(`${server.origin}/hop1`);
    expect(CONTENT.equals(await readFile(path))).toBe(true);
    const start = fetch(redirect('/hop0', '/hop1'));
    await expect(start).rejects.toBeInstanceOf(RefusedRedirectError);
    await expect(start).rejects.toThrow('at most 5 hops');
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/a', 'data:text/plain,a', 'http://'])(
    'cannot redirect to %s',
    async (location) => {
      await expect(fetch(redirect('/away', location))).rejects.toBeInstanceOf(RefusedRedirectError);
    },
  );

  it('cannot call itself by an unsafe name', async () => {
    await expect(fetch(server.file('/a/..%2F..%2Fb', 'a'))).rejects.toBeInstanceOf(UnsafeEntryError);
  });

  it('is not talked to at a private address', async () => {
    const start = fetch(server.file('/model', CONTENT), { allowPrivate: false });
    await expect(start).rejects.toBeInstanceOf(PrivateAddressError);
    expect(server.requests).toEqual([]);
  });
});

describe('a local path', () => {
  beforeEach(async () => {
    await mkdir(join(base, 'deployment/models'), { recursive: true });
    await writeFile(join(base, 'deployment/models/model.onnx'), CONTENT);
    await writeFile(join(base, 'outside'), CONTENT);
    await symlink(join(base, 'outside'), join(base, 'deployment/link'));
  });
  const local = (uri: string, env: NodeJS.ProcessEnv = {}) =>
    fetch(uri, { roots: [join(base, 'deployment')], env });

  it.each(['models/model.onnx', './models', 'file://models', 'file://models/model.onnx'])(
    'is itself: %s',
    async (uri) => {
      const path = uri.replace(/^file:\/\//, '');
      expect(await local(uri)).toBe(join(base, 'deployment', path));
    },
  );

  it.each(['../outside', 'file://../outside', 'link', 'file:///etc/hostname', '/etc/hostname'])(
    'may not lead out: %s',
    async (uri) => {
      await expect(local(uri)).rejects.toBeInstanceOf(PathOutsideError);
    },
  );

  it('is checked', async () => {
    expect(await local(`models/model.onnx#sha256=${SUM}`)).toContain('model.onnx');
    const wrong = local(`file://models/model.onnx#sha256=${'1'.repeat(64)}`);
    await expect(wrong).rejects.toBeInstanceOf(ChecksumMismatchError);
    await expect(local(`models#sha256=${SUM}`)).rejects.toBeInstanceOf(UnsupportedUriError);
  });

  it('is refused where no folder may be read', async () => {
    await expect(fetch('/etc/hostname')).rejects.toBeInstanceOf(PathOutsideError);
  });

  it('may be a broken archive', async () => {
    await writeFile(join(base, 'deployment/model.tar.gz'), 'no archive');
    await expect(local('model.tar.gz')).rejects.toBeInstanceOf(BrokenArchiveError);
    await writeFile(join(base, 'deployment/model.zip'), 'PK');
    await expect(local('model.zip')).rejects.toThrow('archive must be .tar, .tar.gz or .tgz, got .zip');
  });

  it('is a claim where it is mounted', async () => {
    const env = { SWITCHYARD_PVC_MOUNTS: `other=/nowhere, claim=${join(base, 'deployment')}` };
    expect(await local('pvc://claim/models', env)).toBe(join(base, 'deployment/models'));
    await expect(local('pvc://claim/../outside', env)).rejects.toBeInstanceOf(PathOutsideError);
    await expect(local('pvc://claim//etc/hostname', env)).rejects.toBeInstanceOf(PathOutsideError);
    await expect(local('pvc://third/models', env)).rejects.toBeInstanceOf(MissingArtefactError);
    await expect(local('pvc://claim/a', { SWITCHYARD_PVC_MOUNTS: 'claim' })).rejects.toBeInstanceOf(
      InvalidArtefactVariableError,
    );
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Storage } from '@google-cloud/storage';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ArtefactOptions, fetchArtefact } from '#artefacts';
import { type PythonEnvironment, pythonEnvironment } from './python/environment.js';
import { type StoragePeer, startGcs, startS3 } from './storage-peers.js';

interface Store {
  readonly scheme: string;
  start(python: PythonEnvironment): Promise<StoragePeer>;
  env(origin: string): NodeJS.ProcessEnv;
  put(origin: string, key: string, content: Buffer | string): Promise<unknown>;
}

const s3Client = (endpoint: string) =>
  new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

const STORES: readonly Store[] = [
  {
    scheme: 's3',
    async start(python) {
      const peer = await startS3(python);
      await s3Client(peer.origin).send(new CreateBucketCommand({ Bucket: 'models' }));
      return peer;
    },
    env: (origin) => ({
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      S3_ENDPOINT: origin.replace('http://', ''),
      S3_USE_HTTPS: '0',
    }),
    put: (endpoint, Key, Body) =>
      s3Client(endpoint).send(new PutObjectCommand({ Bucket: 'models', Key, Body })),
  },
  {
    scheme: 'gs',
    start: startGcs,
    env: (STORAGE_EMULATOR_HOST) => ({ STORAGE_EMULATOR_HOST }),
    put: (apiEndpoint, key, content) =>
      new Storage({ apiEndpoint, projectId: 'test' })
        .bucket('models')
        .file(key)
        .save(content, { resumable: false }),
  },
];

const CONTENT = randomBytes(2_000_000);
const SUM = createHash('sha256').update(CONTENT).digest('hex');
const python = await pythonEnvironment('storage-peers');
const { missing } = python;

describe.each(STORES)('artefacts of a real $scheme:// server', ({ scheme, start, env, put }) => {
  const test = missing === null ? it : it.skip;
  const why = missing === null ? '' : ` (skipped: ${missing})`;
  let peer: StoragePeer;
  let base: string;

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'artefacts-'));
    if (missing === null) peer = await start(python);
  });
  afterAll(async () => {
    await peer?.stop();
    await rm(base, { recursive: true });
  });

  const get = (key: string, options: Partial<ArtefactOptions> = {}) =>
    fetchArtefact(`${scheme}://models/${key}`, {
      cacheDir: join(base, 'cache'),
      env: env(peer.origin),
      limits: { retryDelayMs: 5, maxAttempts: 2 },
      ...options,
    });

  test(`an object comes whole, and again only when it changed${why}`, async () => {
    let bytes = 0;
    const onProgress = () => bytes++;
    await put(peer.origin, 'one/model.onnx', CONTENT);
    const path = await get(`one/model.onnx#sha256=${SUM}`, { onProgress });
    expect(CONTENT.equals(await readFile(path))).toBe(true);
    expect(path).toMatch(/\/model\.onnx$/);
    const before = bytes;
    expect(await get('one/model.onnx', { onProgress })).toBe(path);
    expect(bytes).toBe(before);
    await put(peer.origin, 'one/model.onnx', 'changed');
    expect(await readFile(await get('one/model.onnx'), 'utf8')).toBe('changed');
  });

  test(`a download that broke off goes on where it was${why}`, async () => {
    await put(peer.origin, 'resumed/model', CONTENT);
    const abort = new AbortController();
    let received = 0;
    const start = get('resumed/model', {
      signal: abort.signal,
      onProgress: ({ receivedBytes }) => {
        received = receivedBytes;
        if (received > CONTENT.length / 2) abort.abort(new Error('enough'));
      },
    });
    await expect(start).rejects.toThrow('enough');
    const progress: number[] = [];
    const path = await get('resumed/model', {
      onProgress: ({ receivedBytes }) => progress.push(receivedBytes),
    });
    expect(progress[0]).toBeGreaterThan(CONTENT.length / 2);
    expect(CONTENT.equals(await readFile(path))).toBe(true);
  });

  test(`a prefix comes as a folder, its unchanged files not again${why}`, async () => {
    await put(peer.origin, 'folder/config.json', '{}');
    await put(peer.origin, 'folder/1/model.onnx', CONTENT);
    await put(peer.origin, 'folder-other/x', 'x');
    const path = await get('folder');
    expect((await readdir(path)).sort()).toEqual(['1', 'config.json']);
    expect(CONTENT.equals(await readFile(join(path, '1/model.onnx')))).toBe(true);
    expect(await get('folder/')).toBe(path);
    await put(peer.origin, 'folder/config.json', '{"a":1}');
    const fetched = new Set<string>();
    const next = await get('folder', { onProgress: (progress) => fetched.add(progress.path) });
    expect(await readFile(join(next, 'config.json'), 'utf8')).toBe('{"a":1}');
    expect([...fetched]).toEqual(['config.json']);
  });

  const climbing = scheme === 'gs' ? ' (skipped: gcp-storage-emulator takes no such name)' : why;
  (climbing === '' ? it : it.skip)(
    `an object that climbs out of its prefix is refused${climbing}`,
    async () => {
      await put(peer.origin, 'climbing/a/../../../evil', 'evil');
      await expect(get('climbing')).rejects.toMatchObject({ name: 'UnsafeEntryError' });
    },
  );

  test(`caps hold${why}`, async () => {
    await put(peer.origin, 'caps/a', 'aaaa');
    await put(peer.origin, 'caps/b', 'bbbb');
    await expect(get('caps', { limits: { maxEntries: 1 } })).rejects.toMatchObject({
      name: 'ArtefactTooLargeError',
    });
    await expect(get('caps', { limits: { maxBytes: 7 } })).rejects.toMatchObject({
      name: 'ArtefactTooLargeError',
    });
  });

  test(`what is not there is said to be missing${why}`, async () => {
    await expect(get('nothing')).rejects.toMatchObject({ name: 'MissingArtefactError' });
  });

  test(`a server that is away is named after a few attempts${why}`, async () => {
    const start = get('one/model.onnx', {
      env: env('http://127.0.0.1:9'),
      cacheDir: join(base, 'empty'),
      signal: AbortSignal.timeout(20_000),
    });
    await expect(start).rejects.toMatchObject({
      name: 'UnreachableArtefactError',
      uri: `${scheme}://models/one/model.onnx`,
    });
  });
});

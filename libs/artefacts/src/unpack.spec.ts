import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Header } from 'tar';
import { ArtefactTooLargeError, BrokenArchiveError, UnsafeEntryError } from './errors.js';
import { fetchArtefact } from './fetch-artefact.js';

interface Entry {
  readonly path: string;
  readonly type?: string;
  readonly linkpath?: string;
  readonly text?: string;
}

/** Written header by header, since `tar` itself would not write most of these. */
function tarOf(...entries: Entry[]): Buffer {
  const blocks = entries.map(({ path, type = 'File', linkpath = '', text = '' }) => {
    const block = Buffer.alloc(512 + Math.ceil(text.length / 512) * 512);
    const header = new Header({ path, type: type as never, linkpath, size: text.length, mode: 0o4755 });
    header.encode(block);
    block.write(text, 512);
    return block;
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'unpack-'));
});
afterEach(() => rm(base, { recursive: true }));

async function unpacked(archive: Buffer, limits = {}, name = 'model.tar'): Promise<string> {
  await writeFile(join(base, name), archive);
  return fetchArtefact(name, { cacheDir: join(base, 'cache'), roots: [base], env: {}, limits });
}

describe('an archive', () => {
  it.each(['model.tar', 'model.tar.gz', 'model.TGZ'])('is unpacked: %s', async (name) => {
    const archive = tarOf(
      { path: './', type: 'Directory' },
      { path: 'a/b/model.onnx', text: 'model' },
      { path: 'link', type: 'SymbolicLink', linkpath: 'a/b/model.onnx' },
      { path: 'hard', type: 'Link', linkpath: 'a/b/model.onnx' },
    );
    const path = await unpacked(name === 'model.tar' ? archive : gzipSync(archive), {}, name);
    for (const file of ['a/b/model.onnx', 'link', 'hard']) {
      expect(await readFile(join(path, file), 'utf8')).toBe('model');
    }
    expect(await unpacked(name === 'model.tar' ? archive : gzipSync(archive), {}, name)).toBe(path);
  });

  const link = (path: string, linkpath: string): Entry => ({ path, type: 'SymbolicLink', linkpath });
  it.each<[string, Entry[]]>([
    ['climbs out', [{ path: '../evil', text: 'x' }]],
    ['climbs out by the middle', [{ path: 'a/../../evil', text: 'x' }]],
    ['is absolute', [{ path: '/tmp/evil', text: 'x' }]],
    ['has a drive', [{ path: 'C:/evil', text: 'x' }]],
    ['has backslashes', [{ path: '..\\evil', text: 'x' }]],
    ['links to an absolute path', [link('a', '/etc/passwd')]],
    ['links out', [link('a', '../evil')]],
    ['links out from a folder', [link('a/b', '../../evil')]],
    ['links out through a link', [link('a/up', '..'), link('out', 'a/up/../..')]],
    ['links out through another link', [link('x/up', '..'), link('x/out', 'up/..')]],
    ['writes through a link', [link('a', 'b'), { path: 'a/evil', text: 'x' }]],
    ['replaces a link', [link('a', 'b'), { path: 'a', text: 'x' }]],
    ['links to nothing', [link('a', 'b')]],
    ['hard-links out', [{ path: 'a', type: 'Link', linkpath: '../evil' }]],
    ['hard-links an absolute path', [{ path: 'a', type: 'Link', linkpath: '/etc/passwd' }]],
    ['hard-links a link', [link('a', 'b'), { path: 'c', type: 'Link', linkpath: 'a' }]],
    ['is a character device', [{ path: 'a', type: 'CharacterDevice' }]],
    ['is a block device', [{ path: 'a', type: 'BlockDevice' }]],
    ['is a pipe', [{ path: 'a', type: 'FIFO' }]],
  ])('is refused when an entry %s', async (_what, entries) => {
    const start = unpacked(tarOf({ path: 'good', text: 'good' }, ...entries));
    await expect(start).rejects.toBeInstanceOf(UnsafeEntryError);
    await expect(start).rejects.toMatchObject({ uri: 'model.tar', field: 'entry' });
    expect(await readdir(join(base, 'cache/trees'))).toEqual([]);
    expect((await readdir(base)).sort()).toEqual(['cache', 'model.tar']);
  });

  it.each([
    ['of at most 2 entries', { maxEntries: 2 }],
    ['at most 9 bytes once unpacked', { maxBytes: 9 }],
  ])('must be %s', async (problem, limits) => {
    const start = unpacked(tarOf(...['a', 'b', 'c'].map((path) => ({ path, text: 'text' }))), limits);
    await expect(start).rejects.toBeInstanceOf(ArtefactTooLargeError);
    await expect(start).rejects.toThrow(problem);
    expect(await readdir(join(base, 'cache/trees'))).toEqual([]);
  });

  it('of gzip is refused when it is a bomb', async () => {
    const bomb = gzipSync(tarOf({ path: 'zeros', text: '\0'.repeat(20_000_000) }));
    const start = unpacked(bomb, { maxBytes: 1_000_000 }, 'bomb.tgz');
    await expect(start).rejects.toBeInstanceOf(BrokenArchiveError);
    expect(await readdir(join(base, 'cache/trees'))).toEqual([]);
  });

  it.each([
    ['empty', Buffer.alloc(1024)],
    ['no archive', Buffer.from('text'.repeat(1000))],
    ['cut off', tarOf({ path: 'a', text: 'x'.repeat(5000) }).subarray(0, 2000)],
  ])('that is %s is refused', async (_what, archive) => {
    await expect(unpacked(archive)).rejects.toBeInstanceOf(BrokenArchiveError);
    expect(await readdir(join(base, 'cache/trees'))).toEqual([]);
  });
});

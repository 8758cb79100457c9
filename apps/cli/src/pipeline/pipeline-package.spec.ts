import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { zipSync } from 'fflate';
import { Header } from 'tar';
import { isPacked, packPipeline, unpackPipeline } from './pipeline-package.js';

const TEXT = 'kind: Workflow\nname: "größer"\n';
const bytes = (text: string) => new TextEncoder().encode(text);

function zip(files: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, bytes(text)]))),
  );
}

function tarGz(entries: readonly { path: string; type?: 'File' | 'SymbolicLink'; text?: string }[]): Buffer {
  const blocks = entries.flatMap(({ path, type = 'File', text = '' }) => {
    const header = Buffer.alloc(512);
    const size = Buffer.byteLength(text);
    new Header({ path, type, size, linkpath: type === 'File' ? '' : '/etc/passwd' }).encode(header);
    return [header, Buffer.from(text), Buffer.alloc(-size & 511)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

describe('a packed pipeline', () => {
  it.each(['p.yaml', 'p.yml', 'p.zip', 'p.tar.gz', 'P.TGZ'])('comes back out of %s', async (file) => {
    const packed = packPipeline(file, TEXT);
    expect(await unpackPipeline(file, Buffer.from(packed))).toBe(TEXT);
    expect(packPipeline(file, TEXT)).toEqual(packed);
    expect(isPacked(file)).toBe(!/ya?ml$/.test(file));
  });

  it('is found beside other files, and alone under any name', async () => {
    const both = { 'README.md': 'x', './pipeline.yaml': TEXT };
    expect(await unpackPipeline('p.zip', zip(both))).toBe(TEXT);
    expect(await unpackPipeline('p.zip', zip({ 'nlp.yaml': TEXT }))).toBe(TEXT);
    const entries = [{ path: 'README.md' }, { path: 'pipeline.yaml', text: TEXT }];
    expect(await unpackPipeline('p.tar.gz', tarGz(entries))).toBe(TEXT);
  });

  it.each([
    ['p.zip', Buffer.from('junk'), 'expected a package as kfp writes it, got invalid zip data'],
    ['p.zip', zip({}), 'expected one pipeline.yaml inside, got 0 files'],
    [
      'p.zip',
      zip({ 'a.yaml': TEXT, 'b.yaml': TEXT }),
      'expected one pipeline.yaml inside, got 2 files a.yaml b.yaml',
    ],
    [
      'p.zip',
      zip({ 'pipeline.yaml': 'x'.repeat(2_000_000) }),
      'expected pipeline.yaml of at most 1048576 bytes, got 2000000',
    ],
    ['p.zip', Buffer.alloc(2_000_000), 'expected at most 1048576 bytes, got 2000000'],
    ['p.tar.gz', Buffer.from('junk'), 'expected a package as kfp writes it, got incorrect header check'],
    ['p.tar.gz', gzipSync('no tar at all'), 'expected a package as kfp writes it, got '],
    ['p.tar.gz', gzipSync(Buffer.alloc(50_000_000)), 'expected a package as kfp writes it, got '],
    [
      'p.tar.gz',
      tarGz([{ path: 'pipeline.yaml', type: 'SymbolicLink' }]),
      'expected files only, got pipeline.yaml of type SymbolicLink',
    ],
    [
      'p.tar.gz',
      tarGz([{ path: 'pipeline.yaml' }, { path: 'pipeline.yaml' }]),
      'expected one pipeline.yaml inside, got 2 files pipeline.yaml pipeline.yaml',
    ],
    [
      'p.tar.gz',
      gzipSync(gunzipSync(tarGz([{ path: 'pipeline.yaml', text: 'x'.repeat(5000) }])).subarray(0, 2000)),
      'expected a package as kfp writes it, got ',
    ],
    ['p.yaml', Buffer.from([0xff, 0xfe]), 'expected pipeline.yaml in UTF-8, got other bytes'],
  ])('%s is refused with a reason (%#)', async (file, content, message) => {
    await expect(unpackPipeline(file, content)).rejects.toThrow(message);
  });
});

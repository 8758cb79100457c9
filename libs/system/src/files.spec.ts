import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isThere, linked, readIfThere, writeWhole } from './files.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

describe('files', () => {
  it('are missing, not an error, where nothing has their name', async () => {
    expect([await isThere(at('none')), await readIfThere(at('none'))]).toEqual([false, null]);
    await writeFile(at('some'), 'text');
    expect([await isThere(at('some')), await readIfThere(at('some'))]).toEqual([true, 'text']);
  });

  it('that cannot be looked at are an error', async () => {
    await writeFile(at('file'), '');
    await expect(isThere(at('file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(readIfThere(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('are replaced as a whole, for their owner alone', async () => {
    await writeWhole(at('kept'), 'old');
    await writeWhole(at('kept'), 'new');
    expect(await readFile(at('kept'), 'utf8')).toBe('new');
    expect((await stat(at('kept'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['kept']);
  });

  it('that cannot be replaced leave no draft', async () => {
    await mkdir(at('folder'));
    await expect(writeWhole(at('folder'), 'text')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(folder)).toEqual(['folder']);
  });

  it('get a second name from one of many that try', async () => {
    const drafts = ['a', 'b', 'c', 'd'];
    await Promise.all(drafts.map((draft) => writeFile(at(draft), draft)));
    const won = await Promise.all(drafts.map((draft) => linked(at(draft), at('taken'))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await readFile(at('taken'), 'utf8')).toBe(drafts[won.indexOf(true)]);
  });
});

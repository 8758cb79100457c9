import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { declareExperiment, experimentId, type PublishedSnapshot } from '#experiments';
import { DamagedSnapshotError, SnapshotFile } from './snapshot-file.js';

const AT = new Date('2026-01-02T03:04:05.678Z');
const place = { namespace: 'n', deployment: 'd', predictor: 'p', node: 'router' };
const spec = { policy: 'weighted', options: { weights: { a: 0.25, b: 0.75 } }, arms: ['a', 'b'], metric: {} };
const snapshot: PublishedSnapshot = {
  experimentId: experimentId(place),
  name: 'n.d.p.router',
  salt: '00ff',
  revision: 3,
  evidenceVersion: 12,
  config: declareExperiment(place, spec).config,
  evidence: [{ arm: 'a', decisions: 5, pulls: 4, reward: -1.5, squaredReward: 2.25 }],
};

let folder: string;
let file: SnapshotFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapshots-'));
  file = new SnapshotFile(join(folder, 'made/here'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('SnapshotFile', () => {
  it('gives back what was written, and nothing where nothing was', async () => {
    expect(await file.read()).toBeNull();
    await file.write([snapshot], AT);
    expect(await file.read()).toEqual({ savedAt: AT, snapshots: [snapshot] });
    expect(readdirSync(join(folder, 'made/here'))).toEqual(['snapshots.json']);
  });

  it('is read by its owner alone: salts are secret', async () => {
    await file.write([snapshot], AT);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['half of it', (text: string) => text.slice(0, text.length / 2), /is damaged: .*JSON/],
    ['nothing', () => '', /is damaged: .*JSON/],
    ['another format', (text: string) => text.replace('"format":1', '"format":2'), /is damaged: format: /],
    [
      'a text as a number',
      (text: string) => text.replace('"reward":-1.5', '"reward":"x"'),
      /evidence\.0\.reward: /,
    ],
    ['no arms', (text: string) => text.replace(/"arms":\[[^\]]*\]/, '"arms":[]'), /config\.arms: /],
    [
      'too much',
      (text: string) => text + ' '.repeat(16 * 1024 * 1024),
      /must have at most 16777216 bytes, got/,
    ],
  ])('refuses %s', async (_, damage, problem) => {
    await file.write([snapshot], AT);
    writeFileSync(file.path, damage(readFileSync(file.path, 'utf8')));
    await expect(file.read()).rejects.toThrow(DamagedSnapshotError);
    await expect(file.read()).rejects.toThrow(problem);
  });

  it('keeps what it has rather than write too much', async () => {
    await file.write([snapshot], AT);
    const large = Array.from({ length: 50_000 }, () => snapshot);
    await expect(file.write(large, new Date())).rejects.toThrow(/must have at most/);
    expect(await file.read()).toEqual({ savedAt: AT, snapshots: [snapshot] });
  });
});

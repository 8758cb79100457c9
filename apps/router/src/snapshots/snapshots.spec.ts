import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { declareExperiment, experimentId, type PublishedSnapshot, SnapshotSource } from '#experiments';
import { Snapshots } from './snapshots.js';

const AT = new Date(0);
const place = { namespace: 'n', deployment: 'd', predictor: 'p', node: 'router' };
const id = experimentId(place);
const { config } = declareExperiment(place, { policy: 'random', options: {}, arms: ['a', 'b'], metric: {} });
const published = (revision: number, evidenceVersion: number, salt = 's'): PublishedSnapshot => ({
  ...{ experimentId: id, name: 'n.d.p.router', salt, revision, evidenceVersion, config, evidence: [] },
});

/** Stores that may be away. */
class Stores extends SnapshotSource {
  content: PublishedSnapshot[] | null = null;
  announce: (snapshot: PublishedSnapshot) => void = () => {};

  override async load(): Promise<PublishedSnapshot[]> {
    if (this.content === null) throw new Error('away');
    return this.content;
  }

  override async subscribe(onSnapshot: (snapshot: PublishedSnapshot) => void): Promise<void> {
    this.announce = onSnapshot;
  }
}

let stores: Stores;
let snapshots: Snapshots;

beforeEach(() => {
  stores = new Stores();
  snapshots = new Snapshots(stores);
});

afterEach(() => snapshots.close());

describe('Snapshots', () => {
  it('takes the newer one, in whatever order they come', async () => {
    stores.content = [published(1, 5)];
    await snapshots.start();
    for (const one of [published(2, 0), published(1, 9), published(2, 0, 'repeated')]) stores.announce(one);
    expect(snapshots.all()).toEqual([published(2, 0)]);
    expect(snapshots.isBlind).toBe(false);
  });

  it('serves what was saved while the stores were never read', async () => {
    await snapshots.start();
    expect(snapshots.isBlind).toBe(true);
    snapshots.restore(AT, [published(4, 4)]);
    expect(snapshots.get(id)!.published).toEqual(published(4, 4));
    expect(snapshots.restoredFrom).toEqual(AT);
  });

  it('replaces what was saved by anything from the stores, which may have begun anew', async () => {
    await snapshots.start();
    snapshots.restore(AT, [published(4, 4)]);
    stores.content = [published(1, 0, 'new')];
    while (snapshots.restoredFrom !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(snapshots.all()).toEqual([published(1, 0, 'new')]);
  });

  it('keeps what was announced over what was saved', async () => {
    await snapshots.start();
    stores.announce(published(2, 0));
    snapshots.restore(AT, [published(4, 4)]);
    expect(snapshots.all()).toEqual([published(2, 0)]);
  });
});

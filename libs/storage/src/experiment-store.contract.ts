import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Experiment,
  type ExperimentStore,
  InvalidPatchError,
  StaleRevisionError,
  UnknownExperimentError,
} from '#experiments';
import { sampleDeclaration } from './sample-experiments.contract.js';

export interface StoreUnderTest {
  readonly experiments: ExperimentStore;
  close(): Promise<void>;
}

/** What every store of experiments promises. */
export function describeExperimentStore(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a store of experiments`, () => {
    let store: ExperimentStore;
    let subject: StoreUnderTest;
    beforeAll(async () => {
      subject = await create();
      store = subject.experiments;
    });
    afterAll(() => subject.close());

    it('registers a declaration once, whoever comes first', async () => {
      const declaration = sampleDeclaration();
      const declared = await Promise.all(
        Array.from({ length: 5 }, () => store.declare(declaration, 'switchyard up')),
      );
      expect(new Set(declared.map(({ salt }) => salt)).size).toBe(1);
      const [experiment] = declared as [Experiment];
      expect(experiment).toMatchObject({
        ...declaration.place,
        name: `default.${declaration.place.deployment}.main.router`,
        evidenceVersion: 0,
        current: { revision: 1, source: 'manifest', author: 'switchyard up', config: declaration.config },
      });
      expect(experiment.evidence.map(({ arm, decisions }) => [arm, decisions])).toEqual([
        ['a', 0],
        ['b', 0],
      ]);
      expect(await store.find(experiment.id)).toEqual(experiment);
      expect(await store.find(experiment.name)).toEqual(experiment);
      expect(await store.list()).toContainEqual(experiment);
      expect(await store.revisions(experiment.id)).toHaveLength(1);
    });

    it('keeps what the API changed when a manifest is applied again', async () => {
      const declaration = sampleDeclaration();
      const { id } = await store.declare(declaration, 'up');
      await store.revise(id, 1, { weights: [0.9, 0.1] }, 'ann');
      const again = await store.declare(declaration, 'up');
      expect(again.current).toMatchObject({ revision: 2, author: 'ann', config: { policy: 'weighted' } });
      const metric = { ...declaration.config.metric, max: 5 };
      const changed = await store.declare(
        { ...declaration, config: { ...declaration.config, metric } },
        'up',
      );
      expect(changed.current).toMatchObject({
        revision: 3,
        source: 'manifest',
        config: { policy: 'weighted', options: { weights: { a: 0.9, b: 0.1 } }, metric: { max: 5 } },
        changes: [{ field: 'metric.max', from: 1, to: 5 }],
      });
    });

    it('makes revisions that can be read back', async () => {
      const { id } = await store.declare(sampleDeclaration(), 'up');
      const revised = await store.revise(id, 1, { options: { epsilon: 0.3 } }, 'ann');
      expect(revised.current).toMatchObject({
        revision: 2,
        source: 'api',
        author: 'ann',
        changes: [{ field: 'options.epsilon', from: 0.1, to: 0.3 }],
      });
      expect((await store.revisions(id)).map(({ revision }) => revision)).toEqual([2, 1]);
      expect((await store.revision(id, 1))?.config.options).toMatchObject({ epsilon: 0.1 });
      expect(await store.revision(id, 3)).toBeNull();
      expect((await store.revise(id, 2, { options: { epsilon: 0.3 } }, 'ann')).current.revision).toBe(2);
    });

    it('lets one of two who change the same revision win', async () => {
      const { id } = await store.declare(sampleDeclaration(), 'up');
      const outcomes = await Promise.allSettled([
        store.revise(id, 1, { options: { epsilon: 0.2 } }, 'ann'),
        store.revise(id, 1, { options: { epsilon: 0.3 } }, 'bob'),
      ]);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused.map(({ reason }) => reason)).toEqual([expect.any(StaleRevisionError)]);
      expect(await store.revisions(id)).toHaveLength(2);
    });

    it('refuses what cannot be, and changes nothing', async () => {
      const { id } = await store.declare(sampleDeclaration(), 'up');
      await expect(store.revise('nobody', 1, {}, 'ann')).rejects.toBeInstanceOf(UnknownExperimentError);
      await expect(store.revise(id, 1, { weights: [0.9] }, 'ann')).rejects.toBeInstanceOf(InvalidPatchError);
      expect(await store.find('nobody')).toBeNull();
      expect(await store.revisions(id)).toHaveLength(1);
    });
  });
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ArmTotals,
  type Decision,
  type Experiment,
  type ExperimentStore,
  InvalidRewardError,
  type Ledger,
  type Metric,
  type Reward,
  type RewardLedger,
} from '#experiments';
import { sampleDecision, sampleDeclaration } from './sample-experiments.contract.js';

export interface LedgerUnderTest {
  readonly experiments: ExperimentStore;
  readonly rewards: RewardLedger;
  readonly ledger: Ledger;
  close(): Promise<void>;
}

const DAY_MS = 24 * 3600 * 1000;
const ONE_DAY = { windowSeconds: 24 * 3600 };

/** What every ledger promises. */
export function describeLedger(name: string, create: () => Promise<LedgerUnderTest>): void {
  describe(`${name} as a ledger`, () => {
    let subject: LedgerUnderTest;
    beforeAll(async () => {
      subject = await create();
    });
    afterAll(() => subject.close());

    const declare = (metric: Partial<Metric> = {}) =>
      subject.experiments.declare(sampleDeclaration(metric), 'test');
    const add = (decision: Decision, value: number, key = String(value)) =>
      subject.rewards.add({ decision, metric: 'reward', value, key });
    const fold = ({ id }: Experiment, ...decisions: Decision[]) => subject.ledger.fold(id, decisions);
    const totals = async ({ id }: Experiment, arm = 'a'): Promise<ArmTotals> => {
      const { evidence } = (await subject.experiments.find(id))!;
      return evidence.find((item) => item.arm === arm)!;
    };
    const verification = async ({ id }: Experiment) =>
      (await subject.ledger.verify()).experiments.find((item) => item.id === id)!;

    it('stores a decision once, however often it comes', async () => {
      const experiment = await declare();
      const decision = sampleDecision(experiment, { unit: 'user-1', probabilities: [0.5, null] });
      expect(await fold(experiment, decision, decision)).toMatchObject({ decisions: 1 });
      expect(await fold(experiment, decision, { ...decision, at: decision.at + 1 })).toMatchObject({
        decisions: 0,
      });
      expect(await totals(experiment)).toEqual({
        arm: 'a',
        decisions: 1,
        pulls: 0,
        reward: 0,
        squaredReward: 0,
      });
      expect(await subject.rewards.decisions(decision.id)).toEqual([decision]);
    });

    it('stores a decision whose propensity nobody knows, by itself and with its reward', async () => {
      const experiment = await declare();
      const unknown = { propensity: null, probabilities: [null, null] };
      const [one, other] = [sampleDecision(experiment, unknown), sampleDecision(experiment, unknown)];
      await add(other, 1);
      expect(await fold(experiment, one)).toMatchObject({ decisions: 2, rewards: 1 });
      expect(await subject.rewards.decisions(one.id)).toEqual([one]);
      expect(await subject.rewards.decisions(other.id)).toEqual([other]);
      expect(await verification(experiment)).toMatchObject({ equal: true, decisions: 2 });
    });

    it('counts a reward once, however often it comes and is folded', async () => {
      const experiment = await declare();
      const decision = sampleDecision(experiment);
      expect(await add(decision, 0.5)).toBe('recorded');
      expect(await add(decision, 0.5)).toBe('repeated');
      expect(await fold(experiment, decision)).toEqual({ decisions: 1, rewards: 1, evidenceVersion: 1 });
      expect(await add(decision, 0.5)).toBe('repeated');
      expect(await fold(experiment)).toEqual({ decisions: 0, rewards: 0, evidenceVersion: 1 });
      expect(await fold(experiment, decision)).toEqual({ decisions: 0, rewards: 0, evidenceVersion: 1 });
      expect(await totals(experiment)).toEqual({
        arm: 'a',
        decisions: 1,
        pulls: 1,
        reward: 0.5,
        squaredReward: 0.25,
      });
    });

    it('answers "recorded" to one of many equal rewards that come at once', async () => {
      const decision = sampleDecision(await declare());
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => add(decision, 1)));
      expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'repeated')).toHaveLength(19);
    });

    it('lets a correction replace what was counted, and one that comes in the same fold', async () => {
      const experiment = await declare();
      const decision = sampleDecision(experiment);
      await add(decision, 1);
      await fold(experiment);
      await add(decision, 0.75);
      await add(decision, 0.25);
      await fold(experiment);
      expect(await totals(experiment)).toMatchObject({ pulls: 1, reward: 0.25, squaredReward: 0.0625 });
    });

    it('counts a reward that comes before its decision', async () => {
      const experiment = await declare();
      const decision = sampleDecision(experiment, { arm: 'b' });
      await add(decision, 1);
      expect(await subject.ledger.withPendingRewards()).toContain(experiment.id);
      expect(await fold(experiment)).toMatchObject({ decisions: 1, rewards: 1 });
      expect(await subject.ledger.withPendingRewards()).not.toContain(experiment.id);
      expect(await fold(experiment, decision)).toMatchObject({ decisions: 0 });
      expect(await totals(experiment, 'b')).toMatchObject({ decisions: 1, pulls: 1, reward: 1 });
    });

    it('keeps a late reward and does not count it', async () => {
      const experiment = await declare(ONE_DAY);
      const decision = sampleDecision(experiment, { at: Date.now() - 2 * DAY_MS });
      await add(decision, 1);
      await fold(experiment, decision);
      expect(await totals(experiment)).toMatchObject({ decisions: 1, pulls: 0, reward: 0 });
      expect(await verification(experiment)).toMatchObject({ equal: true, rewards: 1, pending: 0 });
    });

    it('gives a decision the default when its window closes, once', async () => {
      const experiment = await declare({ ...ONE_DAY, defaultReward: 0.25 });
      const rewarded = sampleDecision(experiment);
      const forgotten = sampleDecision(experiment);
      await fold(experiment, rewarded, forgotten);
      await add(rewarded, 1);
      const afterwards = new Date(Date.now() + 2 * DAY_MS);
      expect(await subject.ledger.closeWindows(experiment.id, new Date())).toBe(0);
      expect(await subject.ledger.closeWindows(experiment.id, afterwards)).toBe(1);
      expect(await subject.ledger.closeWindows(experiment.id, afterwards)).toBe(0);
      await fold(experiment);
      expect(await totals(experiment)).toMatchObject({ pulls: 2, reward: 1.25, squaredReward: 1.0625 });
    });

    it('lets a reward in time replace a default', async () => {
      const experiment = await declare({ ...ONE_DAY, defaultReward: 0.25 });
      const decision = sampleDecision(experiment);
      await fold(experiment, decision);
      await subject.ledger.closeWindows(experiment.id, new Date(Date.now() + 2 * DAY_MS));
      await fold(experiment);
      await add(decision, 1);
      await fold(experiment);
      expect(await totals(experiment)).toMatchObject({ pulls: 1, reward: 1, squaredReward: 1 });
    });

    it('closes the window of a decision that arrives after its time', async () => {
      const experiment = await declare({ ...ONE_DAY, defaultReward: 1 });
      const now = new Date();
      await subject.ledger.closeWindows(experiment.id, now);
      await fold(experiment, sampleDecision(experiment, { at: now.getTime() - 2 * DAY_MS }));
      expect(await subject.ledger.closeWindows(experiment.id, now)).toBe(1);
    });

    it('gives nothing where the metric has no default', async () => {
      const experiment = await declare({ ...ONE_DAY, defaultReward: null });
      await fold(experiment, sampleDecision(experiment));
      const afterwards = new Date(Date.now() + 2 * DAY_MS);
      expect(await subject.ledger.closeWindows(experiment.id, afterwards)).toBe(0);
    });

    it('refuses what it cannot store without harm to what comes beside it', async () => {
      const experiment = await declare();
      const bad: Partial<Reward>[] = [{ key: 'a\0b' }, { key: '' }, { key: '\ud800' }, { value: Number.NaN }];
      const refused = bad.map((given) => {
        const decision = sampleDecision(experiment);
        const reward = { decision, metric: 'reward', value: 1, key: 'k', ...given };
        return expect(subject.rewards.add(reward)).rejects.toBeInstanceOf(InvalidRewardError);
      });
      expect(await add(sampleDecision(experiment), 1)).toBe('recorded');
      await Promise.all(refused);
    });

    it('keeps exact sums with fifty callers and two trainers at once', async () => {
      const experiment = await declare();
      let adding = true;
      const train = async () => {
        while (adding) await fold(experiment);
      };
      const trainers = [train(), train()];
      const callers = Array.from({ length: 50 }, async () => {
        for (let i = 0; i < 20; i++) {
          const decision = sampleDecision(experiment);
          await add(decision, 0.7);
          await add(decision, 0.1);
        }
      });
      await Promise.all(callers);
      adding = false;
      await Promise.all(trainers);
      await fold(experiment);
      expect(await totals(experiment)).toEqual({
        arm: 'a',
        decisions: 1000,
        pulls: 1000,
        reward: 100,
        squaredReward: 10,
      });
      expect(await verification(experiment)).toMatchObject({
        equal: true,
        decisions: 1000,
        rewards: 2000,
        pending: 0,
        differences: [],
      });
    });
  });
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHART, missingHelm, setting, withHelm } from '../helm.js';
import { missing, TestNamespace } from './test-cluster.js';

/** Nothing runs in these pods, so that nothing has to answer there. */
const VALUES = ['stores.databaseUrl=postgres://db/d', 'stores.redisUrl=redis://redis', 'crd.install=false'];
const ROLES = ['sy-switchyard-admin', 'sy-switchyard-operator', 'sy-switchyard-trainer'];
const reason = missing ?? missingHelm;
const suite = reason === null ? describe : describe.skip;

suite(`the chart's roles${reason === null ? '' : `: ${reason}`}`, () => {
  let space: TestNamespace;

  beforeAll(async () => {
    space = await TestNamespace.create();
  });

  afterAll(async () => {
    await helm('uninstall', 'sy');
    await space?.remove();
  });

  const helm = (...args: string[]) =>
    withHelm('helm', [...args, `--namespace=${space.name}`], { KUBECONFIG: space.cluster.kubeconfig });

  it('are installed, with a Job that has ended, by helm install --wait', async () => {
    const said = await helm('install', 'sy', CHART, ...setting(VALUES), '--wait', '--wait-for-jobs');
    expect(said).toContain('STATUS: deployed');
    expect(await replicas()).toEqual(ROLES.map((name) => `${name} 2 of 2`));
    expect(await jobs()).toEqual([expect.stringMatching(/^sy-switchyard-migrate-[0-9a-f]{10} 1$/)]);
  });

  it('are upgraded with another Job, and never fewer of them', async () => {
    const before = await jobs();
    await helm('upgrade', 'sy', CHART, ...setting([...VALUES, 'image.tag=v2']), '--wait', '--wait-for-jobs');
    expect(await replicas()).toEqual(ROLES.map((name) => `${name} 2 of 2`));
    const after = await jobs();
    expect(after).toEqual([expect.stringMatching(/ 1$/)]);
    expect(after).not.toEqual(before);
    for (const { spec } of await space.list('deployments')) {
      expect(spec.strategy.rollingUpdate).toMatchObject({ maxUnavailable: 0 });
    }
  });

  it('are upgraded when the Job was taken away meanwhile', async () => {
    await space.kubectl(['delete', 'jobs', '--all']);
    await helm('upgrade', 'sy', CHART, ...setting([...VALUES, 'image.tag=v2']), '--wait', '--wait-for-jobs');
    expect(await jobs()).toEqual([expect.stringMatching(/ 1$/)]);
  });

  it('lose one pod at a time while nodes are drained', async () => {
    const budgets = await space.eventually(
      () => space.list('pdb'),
      (all) => all.length === ROLES.length && all.every(({ status }) => status?.currentHealthy === 2),
    );
    expect(budgets.map(({ status }) => status.disruptionsAllowed)).toEqual([1, 1, 1]);
  });

  async function replicas(): Promise<string[]> {
    const deployments = await space.list('deployments');
    return deployments
      .map(({ metadata, spec, status }) => `${metadata.name} ${status.availableReplicas} of ${spec.replicas}`)
      .sort();
  }

  async function jobs(): Promise<string[]> {
    return (await space.list('jobs')).map(({ metadata, status }) => `${metadata.name} ${status.succeeded}`);
  }
});

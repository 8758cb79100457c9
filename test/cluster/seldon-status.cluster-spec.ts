import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { missingVectors, operatorCases } from '../../libs/kubernetes/src/testing/operator-vectors.js';
import type { CliProcess } from '../cli-process.js';
import { missing, type Resource, TestNamespace } from './test-cluster.js';

const reason = missing ?? missingVectors;
const suite = reason === null ? describe : describe.skip;

/** What clients and scripts read of a status. */
function compared(status: Resource['status']) {
  const { state, replicas, address, deploymentStatus, serviceStatus } = status;
  const workloads = Object.entries(deploymentStatus ?? {}).map(([name, counts]) => {
    // Seldon leaves a zero out.
    return [name, { availableReplicas: 0, ...(counts as object) }];
  });
  return {
    ...{ state, replicas, url: address?.url, serviceStatus },
    deploymentStatus: Object.fromEntries(workloads),
  };
}

suite(`the operator, beside Seldon's${reason === null ? '' : `: ${reason}`}`, () => {
  const recorded = new Map(comparable().map((one) => [one.name, one]));
  const names = reason === null ? [...recorded.keys()] : ['every deployment'];
  let space: TestNamespace;
  let operator: CliProcess;

  beforeAll(async () => {
    space = await TestNamespace.create();
    operator = await space.operator();
  });

  afterAll(async () => {
    await operator?.kill('SIGTERM');
    await space?.remove();
  });

  it.each(names)('reports %s as it does', async (name) => {
    const one = recorded.get(name)!;
    const manifest = one.manifests[0] as unknown as Resource;
    const { metadata } = manifest;
    const { namespace: _, ...others } = metadata as Resource['metadata'] & { namespace?: string };
    await space.apply({ ...manifest, metadata: others });
    const expected = JSON.parse(
      JSON.stringify(compared(one.status[0])).replaceAll(`.${one.namespace}`, `.${space.name}`),
    );
    const { status } = await space.eventually(
      () => space.get('sdep', metadata.name),
      (seen) => seen.status !== undefined && isDeepStrictEqual(compared(seen.status), expected),
    );
    expect(compared(status)).toEqual(expected);
    await space.kubectl(['delete', 'sdep', metadata.name]);
    await space.eventually(
      () => space.names('deployments,services'),
      (names) => names.length === 0,
    );
  });
});

type Recorded = ReturnType<typeof operatorCases>[number];
type Case = Omit<Recorded, 'status'> & { readonly status: readonly Resource['status'][] };

function comparable(): Case[] {
  return operatorCases().filter(isComparable) as Case[];
}

/** An explainer is not served; what Seldon's operator did not bring up is no measure. */
function isComparable(one: Recorded): boolean {
  const state = (one.status[0] as { readonly state?: string } | undefined)?.state;
  return state === 'Available' && !JSON.stringify(one.manifests).includes('"explainer"');
}

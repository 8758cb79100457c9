import type { Manifest } from '#graph';
import { deploymentAddresses, type KubernetesObject, type RenderOptions } from '#kubernetes';
import type { Kind } from '../api/kinds.js';
import { type OwnedObject, objectId } from '../reconcile/owned-object.js';
import type { Rollout } from '../reconcile/rollout.js';
import { type Finding, fails, holds } from './conditions.js';
import type { DeploymentStatus, ExperimentStatus, State, WorkloadStatus } from './deployment-status.js';

/** What was found out about a deployment whose objects were applied. */
export interface Observation {
  readonly manifest: Manifest;
  readonly options: RenderOptions;
  readonly desired: readonly KubernetesObject[];
  /** By `objectId`. */
  readonly owned: ReadonlyMap<string, OwnedObject>;
  /** Kinds that the cluster does not have. */
  readonly notInstalled: readonly Kind[];
  readonly experiments: readonly ExperimentStatus[];
  /** Whether decisions are recorded. */
  readonly recorded: Finding;
}

export type ObservedStatus = Omit<DeploymentStatus, 'conditions' | 'observedGeneration'> & {
  readonly findings: readonly Finding[];
};

/** What is not yet there of the Deployments that are wanted; empty once all pods answer. */
export function unfinished({ desired, owned }: Pick<Observation, 'desired' | 'owned'>): string[] {
  return rolloutsOf({ desired, owned })
    .filter(([, rollout]) => !rollout?.isComplete)
    .map(([name, rollout]) => progressOf(name, rollout));
}

/** The status of a deployment whose objects were applied. */
export function observedStatus(observation: Observation): ObservedStatus {
  const { manifest, options, experiments, recorded } = observation;
  const rollouts = rolloutsOf(observation);
  const failures = rollouts.flatMap(([name, rollout]) =>
    rollout?.failure ? [`${name}: ${rollout.failure}`] : [],
  );
  const missing = unfinished(observation);
  const state: State = failures.length > 0 ? 'Failed' : missing.length > 0 ? 'Creating' : 'Available';
  const description = [...failures, ...(failures.length > 0 ? [] : missing)].join('\n');
  return {
    state,
    ...(description && { description }),
    replicas: rollouts[0]?.[1]?.availableReplicas ?? 0,
    ...deploymentAddresses(manifest, options),
    deploymentStatus: Object.fromEntries(rollouts.map(([name, rollout]) => [name, workloadStatus(rollout)])),
    ...(experiments.length > 0 && { experiments }),
    findings: [...progressFindings(failures, missing), routesFinding(observation), recorded].filter(
      (finding) => finding !== null,
    ),
  };
}

function rolloutsOf({ desired, owned }: Pick<Observation, 'desired' | 'owned'>): [string, Rollout | null][] {
  return desired
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ kind, metadata: { name } }) => [name, owned.get(objectId({ kind, name }))?.rollout ?? null]);
}

function progressOf(name: string, rollout: Rollout | null): string {
  if (rollout === null) return `${name}: not there yet`;
  const { availableReplicas, replicas, obstacle } = rollout;
  return `${name}: ${availableReplicas} of ${replicas} replicas are available${obstacle ? `; ${obstacle}` : ''}`;
}

function workloadStatus(rollout: Rollout | null): WorkloadStatus {
  const description = rollout?.failure ?? rollout?.obstacle;
  return {
    replicas: rollout?.replicas ?? 0,
    availableReplicas: rollout?.availableReplicas ?? 0,
    ...(description && { description }),
  };
}

function progressFindings(failures: readonly string[], missing: readonly string[]): Finding[] {
  if (failures.length > 0) return notReady('ProgressDeadlineExceeded', failures.join('\n'));
  if (missing.length > 0) return notReady('RollingOut', missing.join('\n'));
  return [
    holds('Ready', 'Available'),
    holds('DeploymentsReady', 'MinimumReplicasAvailable', 'Every replica is available and up to date.'),
  ];
}

function notReady(reason: string, message: string): Finding[] {
  return [fails('Ready', reason, message), fails('DeploymentsReady', reason, message)];
}

/** Null where the deployment has no objects of such kinds. */
function routesFinding({ notInstalled }: Observation): Finding | null {
  if (notInstalled.length === 0) return null;
  const kinds = notInstalled.map(({ apiVersion, kind }) => `${kind} of ${apiVersion}`).join(', ');
  const message = `The cluster has no ${kinds}: what the deployment needs of it is left out, and it is reached inside the cluster only, or not scaled. Install it, or choose another route.`;
  return fails('Complete', 'KindNotInstalled', message);
}

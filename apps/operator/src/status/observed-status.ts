import type { Manifest } from '#graph';
import { deploymentAddresses, type KubernetesObject, type RenderOptions } from '#kubernetes';
import type { Kind } from '../api/kinds.js';
import type { GraphProgress } from '../graphs/graph-changes.js';
import type { Trouble } from '../pods/trouble.js';
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
  readonly progress: Pick<GraphProgress, 'waiting' | 'unconfirmed'>;
  /** What keeps pods from answering, by the name of their Deployment. */
  readonly troubles: ReadonlyMap<string, Trouble>;
  /** Whether decisions are recorded. */
  readonly recorded: Finding;
}

export type ObservedStatus = Omit<DeploymentStatus, 'conditions' | 'observedGeneration'> & {
  readonly findings: readonly Finding[];
};

const GRAPH_SERVED = 'GraphServed';

type Wanted = Pick<Observation, 'desired' | 'owned'>;

/** The names of the Deployments that are wanted and not yet there; empty once all pods answer. */
export function unfinished(wanted: Wanted): string[] {
  return rolloutsOf(wanted).flatMap(([name, rollout]) => (rollout?.isComplete ? [] : [name]));
}

/** Whether the pods of every Deployment that is wanted have answered since it last changed. */
export function hasRolledOut(wanted: Wanted): boolean {
  return rolloutsOf(wanted).every(([, rollout]) => rollout?.isRolledOut);
}

/** The status of a deployment whose objects were applied. */
export function observedStatus(observation: Observation): ObservedStatus {
  const { manifest, options, experiments, recorded, progress, troubles } = observation;
  const rollouts = rolloutsOf(observation);
  const failures = rollouts.flatMap(([name, rollout]) =>
    rollout?.failure ? [`${name}: ${rollout.failure}`] : [],
  );
  const missing = rolloutsOf(observation)
    .filter(([, rollout]) => !rollout?.isComplete)
    .map(([name, rollout]) => progressOf(name, rollout, troubles.get(name)));
  const waiting = [...missing, ...progress.waiting];
  const state: State = failures.length > 0 ? 'Failed' : waiting.length > 0 ? 'Creating' : 'Available';
  const description = (failures.length > 0 ? failures : waiting).join('\n');
  return {
    state,
    ...(description && { description }),
    replicas: rollouts[0]?.[1]?.availableReplicas ?? 0,
    ...deploymentAddresses(manifest, options),
    deploymentStatus: Object.fromEntries(
      rollouts.map(([name, rollout]) => [name, workloadStatus(rollout, troubles.get(name))]),
    ),
    ...(experiments.length > 0 && { experiments }),
    findings: [
      ...progressFindings(failures, missing, observation),
      graphFinding(observation, missing),
      routesFinding(observation),
      recorded,
    ].filter((finding) => finding !== null),
  };
}

function rolloutsOf({ desired, owned }: Wanted): [string, Rollout | null][] {
  return desired
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ kind, metadata: { name } }) => [name, owned.get(objectId({ kind, name }))?.rollout ?? null]);
}

function progressOf(name: string, rollout: Rollout | null, trouble: Trouble | undefined): string {
  if (rollout === null) return `${name}: not there yet`;
  const { availableReplicas, replicas } = rollout;
  const obstacle = rollout.obstacle ?? trouble?.text;
  return `${name}: ${availableReplicas} of ${replicas} replicas are available${obstacle ? `; ${obstacle}` : ''}`;
}

function workloadStatus(rollout: Rollout | null, trouble: Trouble | undefined): WorkloadStatus {
  const description = rollout?.failure ?? rollout?.obstacle ?? trouble?.text;
  return {
    replicas: rollout?.replicas ?? 0,
    availableReplicas: rollout?.availableReplicas ?? 0,
    ...(description && { description }),
  };
}

function progressFindings(
  failures: readonly string[],
  missing: readonly string[],
  observation: Observation,
): Finding[] {
  if (failures.length > 0) return notReady('ProgressDeadlineExceeded', failures.join('\n'));
  if (missing.length > 0) return notReady(reasonOf(observation), missing.join('\n'));
  const { waiting } = observation.progress;
  return [
    waiting.length > 0 ? fails('Ready', 'GraphChanging', waiting.join('\n')) : holds('Ready', 'Available'),
    holds('DeploymentsReady', 'MinimumReplicasAvailable', 'Every replica is available and up to date.'),
  ];
}

/** The trouble of the first Deployment that is not there and has one. */
function reasonOf({ troubles, ...wanted }: Observation): string {
  const [trouble] = unfinished(wanted).flatMap((name) => troubles.get(name) ?? []);
  return trouble?.reason ?? 'RollingOut';
}

/** Null where no engine reads a graph. */
function graphFinding({ desired, progress }: Observation, missing: readonly string[]): Finding | null {
  const { waiting, unconfirmed } = progress;
  if (!desired.some(({ kind }) => kind === 'ConfigMap')) return null;
  if (waiting.length > 0) return fails(GRAPH_SERVED, 'GraphChanging', waiting.join('\n'));
  if (unconfirmed.length > 0) return fails(GRAPH_SERVED, 'NotConfirmed', unconfirmed.join('\n'));
  if (missing.length > 0) return fails(GRAPH_SERVED, 'RollingOut', missing.join('\n'));
  return holds(GRAPH_SERVED, 'Served');
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

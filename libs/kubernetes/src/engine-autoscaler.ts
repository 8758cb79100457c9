import type { DeploymentProblem } from '#graph';
import type { KubernetesObject, Texts } from './kubernetes-object.js';
import { engineWorkloadName } from './names.js';
import { objectOf } from './object-of.js';
import type { Plan } from './plan.js';

const MAX_REPLICAS = 'switchyard.io/engine-max-replicas';
const MIN_REPLICAS = 'switchyard.io/engine-min-replicas';
const TARGET = 'switchyard.io/engine-target-in-flight';
const ANNOTATIONS = [MAX_REPLICAS, MIN_REPLICAS, TARGET];
const HIGHEST = 10_000;

/** The gauge of each engine: predictions that it is at work on. */
const METRIC = 'switchyard_requests_in_flight';

/** Whether annotations say how many replicas the engine's Deployment has. */
export function scalesEngine({ predictor }: Pick<Plan, 'predictor'>): boolean {
  return predictor.annotations[MAX_REPLICAS] !== undefined;
}

/** Scales the Deployment that holds the engine by the predictions in flight in each of its pods. */
export function engineAutoscaler(plan: Plan): KubernetesObject[] {
  if (!scalesEngine(plan)) return [];
  const { annotations } = plan.predictor;
  const name = holderOf(plan)?.name ?? engineWorkloadName(plan.manifest.written, plan.written);
  const averageValue = annotations[TARGET];
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: Number(annotations[MIN_REPLICAS] ?? 1),
    maxReplicas: Number(annotations[MAX_REPLICAS]),
    metrics: [
      { type: 'Pods', pods: { metric: { name: METRIC }, target: { type: 'AverageValue', averageValue } } },
    ],
  };
  const identity = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name };
  return [objectOf(plan, identity, { spec })];
}

/** What is wrong with the annotations, or goes against them. */
export function checkEngineAutoscaler(plan: Plan, path: string): DeploymentProblem[] {
  const { annotations } = plan.predictor;
  if (ANNOTATIONS.every((name) => annotations[name] === undefined)) return [];
  const problems = ANNOTATIONS.flatMap((name) => numberProblems(plan, name, path));
  if (problems.length > 0) return problems;
  const [most, least] = [Number(annotations[MAX_REPLICAS]), Number(annotations[MIN_REPLICAS] ?? 1)];
  if (least > most) {
    const message = `expected at most ${MAX_REPLICAS}, which is ${most}, got ${least}`;
    return [{ path: placeOf(plan, MIN_REPLICAS, path), message }];
  }
  const place = placeOf(plan, MAX_REPLICAS, path);
  if (plan.engine === 'none') return [{ path: place, message: 'the predictor has no engine to scale' }];
  const other = (['hpaSpec', 'kedaSpec'] as const).find((name) => holderOf(plan)?.componentSpec[name]);
  if (other === undefined) return [];
  const message = `${other} scales the Deployment that holds the engine already: expected one of the two, or seldon.io/engine-separate-pod`;
  return [{ path: place, message }];
}

function numberProblems(plan: Plan, name: string, path: string): DeploymentProblem[] {
  const value = plan.predictor.annotations[name];
  if (value === undefined && name === MIN_REPLICAS) return [];
  const isNumber = /^[1-9]\d{0,4}$/.test(value ?? '') && Number(value) <= HIGHEST;
  if (isNumber) return [];
  const got = value === undefined ? 'nothing' : JSON.stringify(value);
  return [
    {
      path: placeOf(plan, name, path),
      message: `expected a whole number from 1 to ${HIGHEST}, got ${got}`,
    },
  ];
}

/** Where it stands: the predictor's own, or that of the whole deployment. */
function placeOf(
  { written, manifest }: Pick<Plan, 'written' | 'manifest'>,
  name: string,
  path: string,
): string {
  const isOf = ({ annotations }: { annotations?: Texts | null | undefined }) =>
    annotations?.[name] !== undefined;
  const place = isOf(written) ? path : isOf(manifest.written.spec) ? 'spec' : 'metadata';
  return `${place}.annotations["${name}"]`;
}

function holderOf({ pods }: Plan) {
  return pods.find(({ hasEngine }) => hasEngine);
}

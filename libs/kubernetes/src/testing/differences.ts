import type { KubernetesObject } from '../kubernetes-object.js';

/** A field that one of two sets of objects has otherwise than the other. */
export interface Difference {
  /** `Deployment spec.template.spec.containers[classifier].env[PREDICTOR_ID].value` */
  readonly path: string;
  readonly theirs: unknown;
  readonly ours: unknown;
}

/** Where two sets of objects differ, values that the API server fills in left aside. */
export function differencesBetween(
  theirs: readonly KubernetesObject[],
  ours: readonly KubernetesObject[],
): Difference[] {
  const [left, right] = [theirs, ours].map(leavesOf) as [Map<string, unknown>, Map<string, unknown>];
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  return paths
    .map((path) => ({ path, theirs: left.get(path), ours: right.get(path) }))
    .filter((difference) => difference.theirs !== difference.ours);
}

/** Lists whose order means nothing, and what their items are told apart by. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['name', 'containerPort'],
};

const API_DEFAULTS: Readonly<Record<string, unknown>> = {
  protocol: 'TCP',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
  successThreshold: 1,
  failureThreshold: 3,
  timeoutSeconds: 1,
  scheme: 'HTTP',
  progressDeadlineSeconds: 600,
  revisionHistoryLimit: 10,
  sessionAffinity: 'None',
  internalTrafficPolicy: 'Cluster',
  ipFamilyPolicy: 'SingleStack',
  defaultMode: 420,
  replicas: 1,
  minReplicas: 1,
};
const ALWAYS_FILLED_IN = ['ownerReferences', 'ipFamilies'];

function leavesOf(objects: readonly KubernetesObject[]): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const { apiVersion, kind, metadata, ...content } of objects) {
    leaves.set(`${kind}/${metadata.name}`, apiVersion);
    collect({ metadata, ...content }, `${kind}/${metadata.name} `, leaves);
  }
  return leaves;
}

function collect(value: unknown, path: string, leaves: Map<string, unknown>): void {
  if (typeof value !== 'object' || value === null) {
    leaves.set(path, comparable(value));
    return;
  }
  const field = /(\w+)$/.exec(path)?.[1] ?? '';
  for (const [key, item] of Object.entries(value)) {
    if (isFilledIn(key, item)) continue;
    const place = Array.isArray(value) ? `[${keyOf(field, item) ?? key}]` : joined(path, key);
    collect(item, `${path}${place}`, leaves);
  }
}

function joined(path: string, key: string): string {
  return path.endsWith(' ') ? key : `.${key}`;
}

function keyOf(list: string, item: unknown): unknown {
  const key = KEYS[list]?.find((name) => (item as Record<string, unknown>)[name] !== undefined);
  return key === undefined ? undefined : (item as Record<string, unknown>)[key];
}

function isFilledIn(key: string, value: unknown): boolean {
  if (ALWAYS_FILLED_IN.includes(key) || API_DEFAULTS[key] === value) return true;
  return key === 'apiVersion' && value === 'v1';
}

/** One spelling for quantities: `0.5` is `500m`, 2 is `2`. */
function comparable(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && /^\d*\.\d+$/.test(value)
    ? `${Math.round(Number(value) * 1000)}m`
    : value;
}

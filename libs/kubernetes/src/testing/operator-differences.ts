/** What Switchyard renders otherwise than Seldon's operator 1.17.1; docs/kubernetes.md has the same table. */
export interface KnownDifference {
  readonly what: string;
  readonly reason: string;
  /** The paths that it shows in. */
  readonly paths: RegExp;
}

const ENGINE = String.raw`containers\[seldon-container-engine\]`;
const COMPONENT = String.raw`containers\[(?!seldon-container-engine)[^\]]+\]`;
const INITIALIZER = String.raw`initContainers\[[^\]]+-model-initializer\]`;

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: 'image, arguments and variables of the engine',
    reason: 'it is another program, and reads its graph from a ConfigMap, its stores from a Secret',
    paths: new RegExp(
      `${ENGINE}\\.(image|args|env|envFrom)|${ENGINE}\\.volumeMounts\\[/(etc/switchyard|tmp|var/lib/switchyard-snapshot)\\]`,
    ),
  },
  {
    what: "the engine's port `metrics`",
    reason: 'its number is that of `http`, and server-side apply refuses a port twice; metrics are on `http`',
    paths: new RegExp(`${ENGINE}\\.ports\\[metrics\\]`),
  },
  {
    what: 'a ConfigMap and three volumes',
    reason:
      'the graph can change without new pods; the root file system is read-only; experiments go on while the stores are away',
    paths: /^ConfigMap|volumes\[switchyard-(graph|scratch|snapshot)\]/,
  },
  {
    what: 'security context of the engine and of what fetches models',
    reason: 'they meet the restricted Pod Security Standard',
    paths: new RegExp(`(${ENGINE}|${INITIALIZER})\\.securityContext`),
  },
  {
    what: 'no wait before the first readiness probe, and shorter periods',
    reason: 'a pod serves as soon as it can, not after 20 seconds',
    paths: new RegExp(
      `readinessProbe\\.(initialDelaySeconds|periodSeconds)|${ENGINE}\\.(readiness|liveness)Probe\\.timeoutSeconds`,
    ),
  },
  {
    what: '`preStop` waits by the kubelet, and in the engine as well',
    reason: 'an image needs no shell for it; components outlive the requests that the engine still has',
    paths: /lifecycle\.preStop/,
  },
  {
    what: '`terminationGracePeriodSeconds` of a deployment with a timeout annotation of more than 5 seconds',
    reason: 'a call that may take so long is answered before the pod goes',
    paths: /spec\.terminationGracePeriodSeconds/,
  },
  {
    what: '`MLSERVER_*` and `TEMPO_*` variables',
    reason: 'only where MLServer runs, and only those that it reads for one model',
    paths: /env\[(MLSERVER|TEMPO)_\w+\]/,
  },
  {
    what: 'the port `metrics` of an MLServer',
    reason: 'it serves metrics on it',
    paths: new RegExp(`${COMPONENT}\\.ports\\[metrics\\]`),
  },
  {
    what: "the port of an MLServer's probes by its number",
    reason: 'several containers of a pod have a port `http`',
    paths: new RegExp(`${COMPONENT}\\.(readiness|liveness)Probe\\.httpGet\\.port`),
  },
  {
    what: 'image, arguments and variables of what fetches models',
    reason: '`switchyard fetch` does it; `storageInitializerImage` names another image',
    paths: new RegExp(`${INITIALIZER}\\.(image|args|env|volumeMounts\\[/tmp\\])`),
  },
  {
    what: '`PREDICTIVE_UNIT_IMAGE` of a TensorFlow Serving',
    reason: "Seldon's operator leaves it empty",
    paths: new RegExp(`${COMPONENT}\\.env\\[PREDICTIVE_UNIT_IMAGE\\]`),
  },
  {
    what: '`serviceAccountName: default` of an engine with pods of its own',
    reason: 'the API server fills the same in',
    paths: /template\.spec\.serviceAccount(Name)?$/,
  },
  {
    what: 'resources of an engine by `engineResources`',
    reason:
      "Seldon's operator accepts the field and ignores it; here it counts without `svcOrchSpec.resources`",
    paths: new RegExp(`${ENGINE}\\.resources`),
  },
  {
    what: 'the selector of a PodDisruptionBudget',
    reason:
      "Seldon's selects the pods of all componentSpecs; two budgets for one pod make the API server refuse every eviction",
    paths: /^PodDisruptionBudget\S+ spec\.selector/,
  },
  {
    what: 'explainers',
    reason: 'are not served: `switchyard migrate-from-seldon` says so',
    paths: /^(Deployment|Service)\/\S+-explainer( |$)/,
  },
];

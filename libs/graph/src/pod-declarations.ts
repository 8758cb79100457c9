import { z } from 'zod';

/**
 * The parts of a `SeldonDeployment` that are Kubernetes' own, as far as Switchyard reads them. Every other field of
 * them is kept as it was written.
 */

export const texts = z.record(z.string(), z.string());
const open = z.looseObject({});

export const resources = open;

const port = z.looseObject({ name: z.string().nullish(), containerPort: z.int() });
const volumeMount = z.looseObject({ name: z.string(), mountPath: z.string() });

const environmentVariable = z.looseObject({ name: z.string(), value: z.string().nullish() });

export const container = z.looseObject({
  name: z.string(),
  image: z.string().nullish(),
  ports: z.array(port).nullish(),
  env: z.array(environmentVariable).nullish(),
  volumeMounts: z.array(volumeMount).nullish(),
  lifecycle: open.nullish(),
  livenessProbe: open.nullish(),
  readinessProbe: open.nullish(),
});

const podSpec = z.looseObject({
  containers: z.array(container).nullish(),
  initContainers: z.array(z.looseObject({ name: z.string() })).nullish(),
  volumes: z.array(z.looseObject({ name: z.string() })).nullish(),
  securityContext: open.nullish(),
  serviceAccountName: z.string().nullish(),
  terminationGracePeriodSeconds: z.int().min(0).nullish(),
});

const replicas = z.int().min(0);
const count = z.union([z.int().min(0), z.string()]);

const hpaSpec = z.looseObject({
  minReplicas: replicas.nullish(),
  maxReplicas: z.int().min(1),
  metrics: z.array(open).nullish(),
  metricsv2: z.array(open).nullish(),
});

const kedaSpec = z.looseObject({
  minReplicaCount: replicas.nullish(),
  maxReplicaCount: replicas.nullish(),
  triggers: z.array(open),
});

const pdbSpec = z.object({ minAvailable: count.nullish(), maxUnavailable: count.nullish() });

export const componentSpec = z.object({
  metadata: z
    .looseObject({ name: z.string().nullish(), labels: texts.nullish(), annotations: texts.nullish() })
    .nullish(),
  spec: podSpec.nullish(),
  replicas: replicas.nullish(),
  hpaSpec: hpaSpec.nullish(),
  kedaSpec: kedaSpec.nullish(),
  pdbSpec: pdbSpec.nullish(),
});

export const svcOrchSpec = z.object({
  env: z.array(environmentVariable).nullish(),
  resources: resources.nullish(),
  replicas: replicas.nullish(),
});

/** Read only to say that it is not served. */
export const explainer = z.looseObject({ type: z.string().nullish() });

import { z } from 'zod';
import {
  componentSpec,
  type container,
  explainer,
  resources,
  svcOrchSpec,
  texts,
} from './pod-declarations.js';
import { describeIssue, SHAPES, titled } from './schema-problems.js';

/**
 * The fields of a `SeldonDeployment` that Switchyard reads, under Seldon's names (reference seldon-v1.md, section 5).
 * Others are let through unread; of Kubernetes' own parts they are kept. A null counts as absent, except where a value is needed.
 */

const NODE_NAME = /^(?=.{1,63}$)[A-Za-z0-9]([-_A-Za-z0-9.]*[A-Za-z0-9])?$/;
/** No dots: namespace, deployment, predictor and node are joined by them to the name of an experiment. */
const PREDICTOR_NAME = /^(?=.{1,63}$)[A-Za-z0-9]([-_A-Za-z0-9]*[A-Za-z0-9])?$/;
const DNS_LABEL = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function named(pattern: RegExp, what: string) {
  return z.string().regex(pattern, { error: (issue) => describeIssue(issue, what) });
}

const nodeName = named(NODE_NAME, SHAPES.nodeName);
const dnsLabel = named(DNS_LABEL, SHAPES.dnsLabel);

const parameter = z.object({
  name: z.string(),
  type: z.enum(['INT', 'FLOAT', 'DOUBLE', 'STRING', 'BOOL']),
  value: z.string(),
});

const endpoint = z.object({
  type: z.enum(['REST', 'GRPC']).nullish(),
  service_host: z.string().nullish(),
  service_port: z.int().nullish(),
  httpPort: z.int().nullish(),
  grpcPort: z.int().nullish(),
});

const predictiveUnit = z.object({
  name: nodeName,
  type: z
    .enum(['UNKNOWN_TYPE', 'ROUTER', 'COMBINER', 'MODEL', 'TRANSFORMER', 'OUTPUT_TRANSFORMER'])
    .nullish(),
  implementation: z.string().nullish(),
  methods: z
    .array(z.enum(['TRANSFORM_INPUT', 'TRANSFORM_OUTPUT', 'ROUTE', 'AGGREGATE', 'SEND_FEEDBACK']))
    .nullish(),
  endpoint: endpoint.nullish(),
  parameters: z.array(parameter).nullish(),
  modelUri: z.string().nullish(),
  envSecretRefName: z.string().nullish(),
  serviceAccountName: z.string().nullish(),
  storageInitializerImage: z.string().nullish(),
  logger: z
    .object({
      url: z.string().nullish(),
      mode: z.enum(['all', 'request', 'response'], titled('No logger mode specified')),
    })
    .nullish(),
  get children() {
    return z.array(predictiveUnit).nullish();
  },
});

const replicas = z.int().min(0);

const predictor = z.object({
  name: named(PREDICTOR_NAME, SHAPES.predictorName),
  graph: predictiveUnit,
  componentSpecs: z.array(componentSpec).nullish(),
  annotations: texts.nullish(),
  labels: texts.nullish(),
  replicas: replicas.nullish(),
  engineResources: resources.nullish(),
  svcOrchSpec: svcOrchSpec.nullish(),
  traffic: z.int().min(0).max(100).nullish(),
  shadow: z.boolean().nullish(),
  explainer: explainer.nullish(),
  ssl: z.object({ certSecretName: z.string().nullish() }).nullish(),
  progressDeadlineSeconds: z.int().min(0).nullish(),
});

export const seldonDeployment = z.object({
  apiVersion: z.enum([
    'machinelearning.seldon.io/v1',
    'machinelearning.seldon.io/v1alpha2',
    'machinelearning.seldon.io/v1alpha3',
  ]),
  kind: z.literal('SeldonDeployment'),
  metadata: z.object({
    name: dnsLabel,
    namespace: dnsLabel.nullish(),
    annotations: texts.nullish(),
    uid: z.string().nullish(),
  }),
  spec: z.object({
    name: z.string().nullish(),
    predictors: z
      .array(predictor, titled('Graph contains no predictors'))
      .min(1, titled('Graph contains no predictors')),
    annotations: texts.nullish(),
    protocol: z.enum(['seldon', 'tensorflow', 'kfserving', 'v2'], titled('Invalid protocol')).nullish(),
    transport: z.enum(['rest', 'grpc'], titled('Invalid transport')).nullish(),
    serverType: z.enum(['rpc', 'kafka'], titled('Invalid serverType')).nullish(),
    replicas: replicas.nullish(),
    oauth_key: z.string().nullish(),
    oauth_secret: z.string().nullish(),
  }),
});

export type SeldonDeployment = z.infer<typeof seldonDeployment>;
export type SeldonSpec = SeldonDeployment['spec'];
export type SeldonPredictor = SeldonSpec['predictors'][number];
export type SeldonComponentSpec = z.infer<typeof componentSpec>;
export type SeldonContainer = z.infer<typeof container>;
export type PredictiveUnit = z.infer<typeof predictiveUnit>;

/** Every node of a graph, parents before their children. */
export function unitsOf(root: PredictiveUnit): PredictiveUnit[] {
  return [root, ...(root.children ?? []).flatMap(unitsOf)];
}

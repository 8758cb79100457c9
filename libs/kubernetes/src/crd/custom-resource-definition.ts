import { z } from 'zod';
import { seldonDeployment } from '#graph';
import type { KubernetesObject } from '../kubernetes-object.js';
import { STATUS_SCHEMA } from './status-schema.js';
import { type OpenApiSchema, type StructuralSchema, structuralSchema } from './structural-schema.js';

const GROUP = 'machinelearning.seldon.io';
const VERSIONS = ['v1', 'v1alpha2', 'v1alpha3'];
const STORED = 'v1';

/** Nodes below each other whose fields the API server knows; below them it keeps everything. */
const KNOWN_LEVELS = 10;

const COLUMNS = [
  { name: 'State', type: 'string', jsonPath: '.status.state' },
  { name: 'Ready', type: 'integer', jsonPath: '.status.replicas', description: 'Replicas that are ready' },
  { name: 'Address', type: 'string', jsonPath: '.status.address.url' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/** The CustomResourceDefinition of `SeldonDeployment`, from the declaration that manifests are checked with. */
export function customResourceDefinition(): KubernetesObject {
  const names = {
    kind: 'SeldonDeployment',
    listKind: 'SeldonDeploymentList',
    plural: 'seldondeployments',
    singular: 'seldondeployment',
    shortNames: ['sdep'],
    categories: ['all'],
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${GROUP}` },
    spec: { group: GROUP, scope: 'Namespaced', names, versions: VERSIONS.map(version) },
  };
}

function version(name: string) {
  return {
    name,
    served: true,
    storage: name === STORED,
    additionalPrinterColumns: COLUMNS,
    subresources: {
      status: {},
      scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
    },
    schema: { openAPIV3Schema: resourceSchema() },
  };
}

function resourceSchema(): StructuralSchema {
  const declared = z.toJSONSchema(seldonDeployment.shape.spec, { io: 'input', target: 'openapi-3.0' });
  return {
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: structuralSchema(declared as OpenApiSchema, KNOWN_LEVELS),
      status: STATUS_SCHEMA,
    },
    required: ['spec'],
  };
}

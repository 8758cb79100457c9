import type { OpenAPIObject } from '@nestjs/swagger';
import { seldonContent, seldonSchemas } from '#openapi';
import type { ServedDeployment } from '../../deployments/served-deployment.js';

type PathItem = OpenAPIObject['paths'][string];
type Schema = Parameters<typeof seldonContent>[0];

/** What a deployment of the protocol `seldon` serves, under its own prefix. */
export function engineDocument({ name, namespace, prefix, predictors }: ServedDeployment): OpenAPIObject {
  const nodes = [...new Set(predictors.flatMap(({ components }) => [...components.keys()]))];
  return {
    openapi: '3.0.3',
    info: { title: `${namespace}/${name}`, version: '1.0', description: "Seldon Core v1's engine API" },
    servers: [{ url: prefix }],
    paths: {
      '/api/v1.0/predictions': post('predict', 'Predict', 'SeldonMessage'),
      '/api/v1.0/feedback': post('feedback', 'Reward a prediction', 'Feedback'),
      '/api/v1.0/metadata': get('graphMetadata', 'What the graph says of itself', 'Metadata'),
      '/api/v1.0/metadata/{node}': ofNode(get('metadata', 'What a node says of itself', 'Metadata'), nodes),
      '/api/v1.0/status/{node}': ofNode(get('status', 'Health of a node', 'SeldonMessage'), nodes),
    },
    components: { schemas: seldonSchemas },
  };
}

function post(operationId: string, summary: string, takes: Schema): PathItem {
  const { content } = seldonContent(takes);
  const responses = { 200: seldonContent('SeldonMessage'), default: seldonContent('Failure') };
  return { post: { operationId, summary, requestBody: { required: true, content }, responses } };
}

function get(operationId: string, summary: string, gives: Schema): PathItem {
  const responses = { 200: seldonContent(gives), default: seldonContent('Failure') };
  return { get: { operationId, summary, responses } };
}

function ofNode(item: PathItem, nodes: readonly string[]): PathItem {
  const schema = { type: 'string', enum: [...nodes] };
  return { ...item, parameters: [{ name: 'node', in: 'path', required: true, schema }] };
}

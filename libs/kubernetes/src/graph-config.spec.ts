import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type GraphNode, type Manifest, nodesOf, parseDeployments, parseManifests } from '#graph';
import { type KubernetesObject, readRenderOptions, render } from './index.js';

const FOLDER = 'libs/kubernetes/src/golden';
const manifests = readdirSync(FOLDER).flatMap((name) =>
  parseManifests(readFileSync(join(FOLDER, name, 'deployment.yaml'), 'utf8')).map(
    (manifest) => [name, manifest] as const,
  ),
);

test.each(manifests)('the engines of %s get the graphs that the manifest has', (_, manifest) => {
  const { predictors, ...deployment } = manifest.deployment;
  const served = configsOf(manifest).map(({ data }) => parseDeployments(data['deployment.yaml']!)[0]!);
  const withEngine = predictors.filter(({ annotations }) => annotations['seldon.io/no-engine'] !== 'true');
  expect(served.map(({ namespace, name }) => ({ namespace, name }))).toEqual(
    withEngine.map(() => ({ namespace: deployment.namespace, name: deployment.name })),
  );
  expect(served.map((one) => one.predictors.map(essence))).toEqual(withEngine.map((one) => [essence(one)]));
});

test.each(manifests)('the engines of %s know where the components in their pods are', (_, manifest) => {
  for (const { data } of configsOf(manifest)) {
    const [predictor] = parseDeployments(data['deployment.yaml']!)[0]!.predictors;
    const local = nodesOf(predictor!.graph).filter(({ name, endpoint }) => {
      return endpoint.host === 'localhost' && predictor!.images[name] !== undefined;
    });
    expect(parse(data['components.yaml']!)).toEqual(
      Object.fromEntries(local.map((node) => [node.name, { url: urlOf(node) }])),
    );
  }
});

function configsOf(manifest: Manifest) {
  const objects = render(manifest, readRenderOptions({}));
  return objects.filter(({ kind }) => kind === 'ConfigMap') as (KubernetesObject & {
    data: Readonly<Record<string, string>>;
  })[];
}

/** All but where a node stands in its file. */
function essence({ name, annotations, graph }: Manifest['deployment']['predictors'][number]) {
  return {
    name,
    annotations,
    nodes: nodesOf(graph).map(({ path: _, children, ...node }) => ({
      ...node,
      children: children.map((child) => child.name),
    })),
  };
}

function urlOf({ endpoint }: GraphNode): string {
  const { type, grpcPort, httpPort } = endpoint;
  return type === 'GRPC' ? `grpc://127.0.0.1:${grpcPort}` : `http://127.0.0.1:${httpPort}`;
}

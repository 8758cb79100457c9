import type { RouterConfig } from '#router';

export type ComponentEntries = RouterConfig['deployments'][number]['components'];
export type ComponentEntry = ComponentEntries extends ReadonlyMap<string, infer Entry> ? Entry : never;

/** One for every name that a graph of these tests uses. */
const CONTAINERS = ['iris', 'scale', 'a', 'b', 'router', 'combiner', 'last', 'sums', 'half', 'm', 'down'];

/** Deployments `default/{name}` by their protocols and graphs. */
export function protocolYaml(
  deployments: Readonly<Record<string, readonly [protocol: string, graph: string]>>,
  env = '',
): string {
  const containers = CONTAINERS.map((name) => `{ name: ${name}, image: 'x:1' }`).join(', ');
  return Object.entries(deployments)
    .map(
      ([name, [protocol, graph]]) => `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: { name: ${name}, namespace: default }
spec:
  protocol: ${protocol}
  predictors:
    - name: main
      componentSpecs: [{ spec: { containers: [${containers}] } }]
      graph: ${graph}
      svcOrchSpec: { env: [${env}] }
`,
    )
    .join('---\n');
}

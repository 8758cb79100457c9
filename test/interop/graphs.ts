import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComponentMap, readComponents } from '#transport';

const FIXTURES = new URL('../../libs/graph/fixtures/', import.meta.url);

/** A transformer, a router and two models, as a team would have it. */
export const AB_TEST = readFileSync(new URL('ab-test.yaml.txt', FIXTURES), 'utf8');

const RUN = (container: string, run: string) =>
  `[{ name: container_name, type: STRING, value: ${container} }, { name: run_name, type: STRING, value: ${run} }]`;

/** The mean of both models, rounded. */
export const COMBINED = `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: { name: combined }
spec:
  predictors:
    - name: main
      componentSpecs:
        - spec:
            containers:
              - { name: rounder, image: 'registry.example/rounder:1' }
              - { name: combiner, image: 'registry.example/combiner:1' }
              - { name: model-a, image: 'registry.example/model-infer:1' }
              - { name: model-b, image: 'registry.example/model-infer:1' }
      graph:
        name: rounder
        type: OUTPUT_TRANSFORMER
        children:
          - name: combiner
            type: COMBINER
            children:
              - { name: model-a, type: MODEL, parameters: ${RUN('small', 'run-3')} }
              - { name: model-b, type: MODEL, parameters: ${RUN('large', 'run-9')} }
`;

/** What a file components.yaml with these entries says. */
export async function readEntries(entries: Readonly<Record<string, object>>): Promise<ComponentMap> {
  const folder = await mkdtemp(join(tmpdir(), 'components-'));
  try {
    const file = join(folder, 'components.yaml');
    await writeFile(file, JSON.stringify(entries));
    return await readComponents(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

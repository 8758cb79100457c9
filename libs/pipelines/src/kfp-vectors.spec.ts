import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  type Pipeline,
  type PipelineStep,
  placeholder,
  resourcePipeline,
  type Workflow,
  workflowYaml,
} from 'switchyard/pipelines';
import { parse } from 'yaml';

/** Compiled by the real kfp 1.8.22, with the program and the manifest that it was given. */
const FOLDER = resolve('../shared/vectors/kfp');
const missing = existsSync(FOLDER) ? '' : ' (skipped: no ../shared/vectors/kfp)';
const SPEC = 'pipelines.kubeflow.org/pipeline_spec';
const TIME = 'pipelines.kubeflow.org/pipeline_compilation_time';

/** What the structure is, apart from the time and the spelling of the JSON inside. */
function structure(yaml: string) {
  const workflow: Workflow = parse(yaml);
  const { annotations, ...metadata } = workflow.metadata;
  const { [SPEC]: spec, [TIME]: time, ...others } = annotations;
  return { ...workflow, metadata: { ...metadata, ...others, spec: JSON.parse(spec!), hasTime: time !== '' } };
}

/** The `sdep` of penguins-ab.py. */
function penguins(modelUri: string) {
  const model = (name: string) => ({ name, type: 'MODEL', modelUri, children: [] });
  const router = {
    name: 'router',
    type: 'ROUTER',
    parameters: [{ name: 'n_branches', value: '2', type: 'INT' }],
    children: [model('model-a'), model('model-b')],
  };
  const names = ['transformer', 'router', 'model-a', 'model-b'];
  const predictor = {
    ...{ name: 'default', replicas: 1, traffic: 100 },
    componentSpecs: [
      { spec: { containers: names.map((name) => ({ name, image: `switchyard/${name}:0.1` })) } },
    ],
    graph: { name: 'transformer', type: 'TRANSFORMER', endpoint: { type: 'REST' }, children: [router] },
  };
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'penguins-ab', namespace: 'default', labels: { run: placeholder('run_name') } },
    spec: { name: 'penguins-ab', protocol: 'seldon', predictors: [predictor] },
  };
}

/** The pipelines of penguins-ab.py. */
function penguinsPipeline(kind: string, deploy: object, more: readonly PipelineStep[] = []): Pipeline {
  const train: PipelineStep = {
    name: 'train',
    image: 'python:3.8',
    command: ['sh', '-c'],
    args: [`echo ${placeholder('bucket')} > /tmp/uri`],
    fileOutputs: { uri: '/tmp/uri' },
  };
  const manifest = penguins(placeholder('train-uri'));
  return {
    name: `penguins-ab-${kind}`,
    description: 'train two models, deploy an A/B SeldonDeployment',
    parameters: [
      { name: 'run_name', default: 'run-1' },
      { name: 'bucket', default: 's3://models' },
    ],
    steps: [train, { name: 'deploy', manifest, after: ['train'], ...deploy }, ...more],
  };
}

const smoke: PipelineStep = {
  name: 'smoke',
  image: 'curlimages/curl',
  command: ['sh', '-c'],
  args: [`echo ${placeholder('deploy-url')} ${placeholder('deploy-manifest')}`],
};

const PIPELINES: Readonly<Record<string, () => Pipeline>> = {
  'inference-pipeline.yaml': () => ({
    name: 'Inference Pipeline',
    steps: [
      {
        name: 'seldon_deployment',
        manifest: parse(readFileSync(`${FOLDER}/seldon_deployment.yaml`, 'utf8')),
        action: 'create',
        attributeOutputs: { name: '{.metadata.name}' },
      },
    ],
  }),
  'penguins-ab-create.yaml': () => penguinsPipeline('create', {}),
  'penguins-ab-success.yaml': () =>
    penguinsPipeline(
      'success',
      {
        successCondition: 'status.state == Available',
        failureCondition: 'status.state == Failed',
        attributeOutputs: { name: '{.metadata.name}', url: '{.status.address.url}' },
      },
      [smoke],
    ),
};

(missing ? describe.skip : describe)(`what kfp 1.8.22 compiled${missing}`, () => {
  it.each(Object.entries(PIPELINES))('%s has the structure that the builder gives', (file, pipeline) => {
    const written = workflowYaml(resourcePipeline(pipeline(), new Date(0)));
    expect(structure(written)).toEqual(structure(readFileSync(`${FOLDER}/${file}`, 'utf8')));
  });

  it('every compiled file is compared', () => {
    const compiled = readdirSync(FOLDER).filter(
      (file) =>
        file.endsWith('.yaml') && parse(readFileSync(`${FOLDER}/${file}`, 'utf8')).kind === 'Workflow',
    );
    expect(compiled.sort()).toEqual(Object.keys(PIPELINES).sort());
  });
});

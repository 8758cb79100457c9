import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { InvalidDeploymentError } from '#graph';
import { UnresolvedPlaceholdersError } from './errors.js';
import { isPipeline, parsePipeline } from './parse-pipeline.js';
import type { Pipeline, PipelineStep } from './pipeline.js';
import { resourcePipeline } from './resource-pipeline.js';
import { workflowYaml } from './yaml-text.js';

const NONE = new Map<string, string>();

function deployment(modelUri: string, name = 'penguins') {
  const graph = { name: 'model', implementation: 'ONNX_SERVER', modelUri };
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name },
    spec: { predictors: [{ name: 'main', graph }] },
  };
}

function written(steps: readonly PipelineStep[], parameters: Pipeline['parameters'] = []): string {
  return workflowYaml(resourcePipeline({ name: 'P', parameters, steps }, new Date(0)));
}

const train: PipelineStep = { name: 'train', image: 'train', fileOutputs: { uri: '/tmp/uri' } };
const claim: PipelineStep = {
  name: 'claim',
  manifest: { kind: 'PersistentVolumeClaim', metadata: { name: '{{workflow.uid}}-models' } },
};

function workflow(templates: readonly object[], parameters: readonly object[] = []): string {
  return stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { generateName: 'by-hand-' },
    spec: { entrypoint: 'start', arguments: { parameters }, templates },
  });
}

function creates(manifest: string, more: object = {}) {
  return { name: 'make', ...more, resource: { action: 'create', manifest } };
}

function uriOf(yaml: string, values = NONE): string | undefined {
  return parsePipeline(yaml, values).deployments[0]!.predictors[0]!.graph.modelUri ?? undefined;
}

function problemsOf(yaml: string, values = NONE): string {
  try {
    parsePipeline(yaml, values);
  } catch (error) {
    if (error instanceof InvalidDeploymentError) return error.message;
    throw error;
  }
  throw new Error('nothing was found wrong');
}

describe('isPipeline', () => {
  it('tells a Workflow from a deployment', () => {
    expect(isPipeline(written([claim]))).toBe(true);
    expect(isPipeline(stringify(deployment('s3://a')))).toBe(false);
  });
});

describe('parsePipeline', () => {
  it('finds the deployments, and passes over claims, containers and deletes', () => {
    const yaml = written([
      claim,
      train,
      { name: 'a', manifest: deployment('s3://a', 'a') },
      { name: 'b', manifest: deployment('s3://b', 'b'), action: 'apply' },
      { name: 'c', manifest: deployment('s3://c', 'c'), action: 'delete' },
      { name: 'd', manifest: deployment('s3://d', 'd'), action: 'get' },
    ]);
    expect(parsePipeline(yaml, NONE).deployments.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it("fills placeholders from the Workflow's arguments, and given values go first", () => {
    const steps = [{ name: 'a', manifest: deployment('s3://{{inputs.parameters.bucket}}/m') }];
    const yaml = written(steps, [{ name: 'bucket', default: 'mine' }]);
    expect(uriOf(yaml)).toBe('s3://mine/m');
    expect(uriOf(yaml, new Map([['bucket', 'yours']]))).toBe('s3://yours/m');
  });

  it('fills what names the Workflow with what is known of it', () => {
    const uri = '{{workflow.name}}/{{workflow.namespace}}/{{workflow.serviceAccountName}}';
    expect(uriOf(written([{ name: 'a', manifest: deployment(uri) }]))).toBe('p/default/pipeline-runner');
    expect(
      uriOf(written([{ name: 'a', manifest: deployment(uri) }]), new Map([['workflow.name', 'x']])),
    ).toBe('x/default/pipeline-runner');
  });

  it('says which placeholders have no value, where they stand and why', () => {
    const steps = [
      train,
      { name: 'a', manifest: deployment('{{inputs.parameters.train-uri}}', '{{workflow.uid}}') },
      { name: 'b', manifest: deployment('{{inputs.parameters.uri}}') },
    ];
    const yaml = written(steps, [{ name: 'uri' }]);
    const error = (() => {
      try {
        return parsePipeline(yaml, NONE);
      } catch (thrown) {
        return thrown as UnresolvedPlaceholdersError;
      }
    })();
    expect(error).toBeInstanceOf(UnresolvedPlaceholdersError);
    expect((error as UnresolvedPlaceholdersError).placeholders).toEqual([
      {
        ...{ name: 'workflow.uid', template: 'a', line: 4, text: "name: '{{workflow.uid}}'" },
        reason: 'known only on the cluster',
      },
      {
        ...{ name: 'train-uri', template: 'a', line: 9 },
        ...{ text: "modelUri: '{{inputs.parameters.train-uri}}'", reason: 'an output of another step' },
      },
      {
        ...{ name: 'uri', template: 'b', line: 9 },
        ...{ text: "modelUri: '{{inputs.parameters.uri}}'", reason: 'a parameter without a default' },
      },
    ]);
    const values = new Map([
      ['workflow.uid', 'seven'],
      ['train-uri', 's3://t'],
      ['uri', 's3://u'],
    ]);
    expect(parsePipeline(yaml, values).deployments.map(({ name }) => name)).toEqual(['seven', 'penguins']);
  });

  it('names the parameters for which values may be given', () => {
    const steps = [claim, train, { name: 'a', manifest: deployment('{{inputs.parameters.train-uri}}') }];
    const yaml = written(steps, [{ name: 'run', default: '1' }]);
    expect([...parsePipeline(yaml, new Map([['train-uri', 's3://t']])).parameters]).toEqual([
      'run',
      'train-uri',
    ]);
  });

  it('follows arguments through nested templates, steps and defaults of a template', () => {
    const manifest = stringify(deployment('{{ inputs.parameters.uri }}', '{{workflow.parameters.name}}'));
    const yaml = workflow(
      [
        {
          name: 'start',
          dag: {
            tasks: [
              {
                name: 'x',
                template: 'middle',
                arguments: { parameters: [{ name: 'bucket', value: '{{workflow.parameters.bucket}}' }] },
              },
            ],
          },
        },
        {
          name: 'middle',
          inputs: { parameters: [{ name: 'bucket' }, { name: 'number', value: 3 }] },
          steps: [
            [
              {
                name: 'y',
                template: 'make',
                arguments: {
                  parameters: [
                    {
                      name: 'uri',
                      value: 's3://{{inputs.parameters.bucket}}/{{inputs.parameters.number}}',
                    },
                  ],
                },
              },
            ],
          ],
        },
        creates(manifest, { inputs: { parameters: [{ name: 'uri' }] } }),
      ],
      [
        { name: 'bucket', value: 'b' },
        { name: 'name', value: 'n' },
      ],
    );
    const [only] = parsePipeline(yaml, NONE).deployments;
    expect(only).toMatchObject({ name: 'n', predictors: [{ graph: { modelUri: 's3://b/3' } }] });
  });

  it('follows a template that calls itself once', () => {
    const again = { name: 'again', template: 'start' };
    const yaml = workflow([
      { name: 'start', dag: { tasks: [{ name: 'make', template: 'make' }, again] } },
      creates(stringify(deployment('s3://a'))),
    ]);
    expect(uriOf(yaml)).toBe('s3://a');
  });

  it('puts a number only where no quotes stand around its placeholder', () => {
    const made = (traffic: string) => {
      const text = stringify(deployment('s3://a')).replace(
        '- name: main',
        `- traffic: ${traffic}\n      name: main`,
      );
      return workflow([{ ...creates(text), name: 'start' }], [{ name: 'n', value: 100 }]);
    };
    expect(uriOf(made('{{workflow.parameters.n}}'))).toBe('s3://a');
    expect(problemsOf(made("'{{workflow.parameters.n}}'"))).toBe(
      'template start, spec.predictors[0].traffic: expected a number, got "100"',
    );
  });

  it('says in which template a deployment is wrong', () => {
    const yaml = written([{ name: 'a', manifest: { ...deployment('s3://a'), spec: {} } }]);
    expect(problemsOf(yaml)).toContain('template a, spec.predictors: ');
  });

  it.each([
    [
      'a Workflow that makes none',
      written([train]),
      'expected a step that makes a SeldonDeployment, got none',
    ],
    ['two documents', `${written([train])}---\nkind: X\n`, 'expected one document, got 2'],
    ['no spec', 'kind: Workflow\nmetadata: {}\n', 'spec: '],
    [
      'an entrypoint that is not there',
      workflow([{ name: 'a' }]),
      'spec.entrypoint: expected the name of a template, got start',
    ],
    [
      'a manifest that is no text',
      workflow([{ name: 'start', resource: { action: 'create', manifest: {} } }]),
      'spec.templates.0.resource.manifest: ',
    ],
  ])('refuses %s', (_, yaml, message) => {
    expect(problemsOf(yaml)).toContain(message);
  });

  it('refuses templates that multiply', () => {
    const calls = (template: string) => Array.from({ length: 10 }, (_, i) => ({ name: `t${i}`, template }));
    const templates = [1, 2, 3, 4, 5, 6].map((i) => ({
      name: i === 1 ? 'start' : `t${i}`,
      dag: { tasks: calls(`t${i + 1}`) },
    }));
    expect(problemsOf(workflow(templates))).toContain('spec.templates: expected at most 10000 steps');
  });

  it('refuses templates nested without end', () => {
    const templates = Array.from({ length: 200 }, (_, i) => ({
      name: i === 0 ? 'start' : `t${i}`,
      dag: { tasks: [{ name: 'next', template: `t${i + 1}` }] },
    }));
    expect(problemsOf(workflow(templates))).toContain('spec.templates: nested more than 100 levels deep');
  });

  it('refuses values that multiply', () => {
    const twice = '{{inputs.parameters.x}}{{inputs.parameters.x}}';
    const templates = Array.from({ length: 60 }, (_, i) => ({
      name: i === 0 ? 'start' : `t${i}`,
      dag: {
        tasks: [{ template: `t${i + 1}`, arguments: { parameters: [{ name: 'x', value: twice }] } }],
      },
    }));
    expect(problemsOf(workflow(templates, [{ name: 'x', value: 'word' }]))).toContain(
      'its values make a text of more than 1048576 characters',
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parsePipeline } from '#pipelines';
import { UsageError } from '../failure.js';
import { type CompileOptions, compileDeployment } from './compile-deployment.js';
import { NoPipelineError } from './errors.js';

const TEXT = `
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: { name: penguins, labels: { run: "{{ run }}" } }
spec:
  predictors:
    - name: main
      graph: { name: model, implementation: ONNX_SERVER, modelUri: "s3://{{inputs.parameters.bucket}}/m" }
`;
const PLAIN = TEXT.replaceAll(/\{\{[^}]*\}\}/g, 'x');
const DECLARED = [{ name: 'run', default: '1' }, { name: 'bucket' }];

function compile(text: string, options: Partial<CompileOptions> = {}) {
  const defaults = { step: 'seldon-deployment', action: 'create', param: [], field: new Map() } as const;
  return compileDeployment('d.yaml', text, { ...defaults, ...options }, new Date(0));
}

describe('compileDeployment', () => {
  it('makes placeholders of both forms parameters of the step', () => {
    const workflow = parse(compile(TEXT, { param: DECLARED }).yaml);
    const step = workflow.spec.templates.find(({ name }: { name: string }) => name === 'seldon-deployment');
    expect(step.inputs.parameters).toEqual([{ name: 'bucket' }, { name: 'run' }]);
    expect(parse(step.resource.manifest)).toMatchObject({
      metadata: { labels: { run: '{{inputs.parameters.run}}' } },
      spec: { predictors: [{ graph: { modelUri: 's3://{{inputs.parameters.bucket}}/m' } }] },
    });
    expect(workflow.spec.arguments.parameters).toEqual([{ name: 'run', value: '1' }, { name: 'bucket' }]);
  });

  it('is read back with the values of a run', () => {
    const { yaml } = compile(TEXT, { param: DECLARED });
    const [only] = parsePipeline(yaml, new Map([['bucket', 'b']])).deployments;
    expect(only).toMatchObject({ name: 'penguins', predictors: [{ graph: { modelUri: 's3://b/m' } }] });
  });

  it('sets fields, also to parameters', () => {
    const field = new Map([['spec.predictors[0].graph.modelUri', 'gs://{{bucket}}']]);
    const { yaml } = compile(PLAIN, { field, param: [{ name: 'bucket', default: 'mine' }] });
    const [only] = parsePipeline(yaml, new Map()).deployments;
    expect(only!.predictors[0]!.graph.modelUri).toBe('gs://mine');
  });

  it('sets a field of one part only where an alias repeats it', () => {
    const half = PLAIN.replace('graph: {', 'traffic: 50\n      graph: &g {');
    const text = `${half}    - { name: other, traffic: 50, graph: *g }\n`;
    const field = new Map([['spec.predictors[1].graph.modelUri', 's3://other']]);
    const { predictors } = parsePipeline(compile(text, { field }).yaml, new Map()).deployments[0]!;
    expect(predictors.map(({ graph }) => graph.modelUri)).toEqual(['s3://x/m', 's3://other']);
  });

  it('leaves what only the cluster knows', () => {
    const { yaml } = compile(PLAIN.replace('name: penguins', 'name: "{{workflow.uid}}"'), { name: 'p' });
    expect(yaml).toContain("name: '{{workflow.uid}}'");
  });

  it.each<[string, string, Partial<CompileOptions>, string]>([
    ['a parameter that is not declared', TEXT, {}, '{{run}} stands in it and is no parameter: --param run'],
    ['another kind', 'kind: Service', {}, 'kind: expected SeldonDeployment, got Service'],
    ['two documents', `${PLAIN}---\n${PLAIN}`, {}, 'expected one document, got 2'],
    ['no YAML', '{', {}, 'line 1, column 2: '],
    [
      'a deployment that is invalid with the defaults',
      PLAIN.replace('name: main', 'name: main, traffic: "{{n}}"').replace(
        '- name: main,',
        '- name: main\n     ',
      ),
      { param: [{ name: 'n', default: 'half' }] },
      'traffic: expected a number, got "half"',
    ],
  ])('refuses %s', (_, text, options, message) => {
    expect(() => compile(text, options)).toThrow(NoPipelineError);
    expect(() => compile(text, options)).toThrow(message);
  });

  it.each<[string, Partial<CompileOptions>, string]>([
    [
      'a parameter without use',
      { param: [{ name: 'a' }] },
      '--param a is used nowhere: write {{a}} into d.yaml',
    ],
    ['a name without letters', { name: '--' }, '--name must be a name with a letter or digit, got "--"'],
    ['a step without a name', { step: '' }, '--step must be a name with a letter or digit, got ""'],
    [
      'a delete that waits',
      { action: 'delete', successCondition: 'a' },
      '--success-condition must be absent from a delete, got "a"',
    ],
  ])('refuses %s as misuse', (_, options, message) => {
    expect(() => compile(PLAIN, options)).toThrow(UsageError);
    expect(() => compile(PLAIN, options)).toThrow(message);
  });
});

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { InvalidPipelineError } from './errors.js';
import type { Pipeline, ResourceStep } from './pipeline.js';
import { resourcePipeline } from './resource-pipeline.js';
import { workflowYaml } from './yaml-text.js';

const NOON = new Date('2026-03-01T12:00:00Z');
const manifest = { kind: 'ConfigMap', metadata: { name: 'x' } };

function write(pipeline: Partial<Pipeline>) {
  return resourcePipeline({ name: 'p', steps: [{ name: 'deploy', manifest }], ...pipeline }, NOON);
}

function writeStep(step: Partial<ResourceStep>) {
  return write({ steps: [{ name: 'deploy', manifest, ...step }] }).spec.templates[0]!;
}

describe('resourcePipeline', () => {
  it('makes names as kfp does', () => {
    // The names that kfp 1.8.22 gives for these.
    const { metadata, spec } = write({
      name: '  My Ünusual  Pipeline_Name ',
      steps: [{ name: 'Deploy_It Now', manifest, attributeOutputs: { 'My Out': '{.x}', my_other: '{.y}' } }],
    });
    expect(metadata.generateName).toBe('my-nusual-pipeline-name-');
    expect(spec.templates.map(({ name }) => name)).toEqual(['deploy-it-now', 'my-nusual-pipeline-name']);
    expect(spec.templates[0]!.outputs!.parameters.map(({ name }) => name)).toEqual([
      'deploy-it-now-My-Out',
      'deploy-it-now-manifest',
      'deploy-it-now-my_other',
      'deploy-it-now-name',
    ]);
  });

  it('gives the pipeline a number where a step has its name', () => {
    expect(write({ name: 'Deploy' }).spec.entrypoint).toBe('deploy-2');
  });

  it('declares parameters in the order given, with and without a default', () => {
    const { metadata, spec } = write({
      parameters: [{ name: 'uri' }, { name: 'n', type: 'Integer', default: '' }],
    });
    expect(spec.arguments.parameters).toEqual([{ name: 'uri' }, { name: 'n', value: '' }]);
    expect(JSON.parse(metadata.annotations['pipelines.kubeflow.org/pipeline_spec']!)).toEqual({
      name: 'p',
      inputs: [
        { name: 'uri', type: 'String' },
        { name: 'n', type: 'Integer', default: '', optional: true },
      ],
    });
  });

  it('states the time that it was given', () => {
    expect(write({}).metadata.annotations['pipelines.kubeflow.org/pipeline_compilation_time']).toBe(
      '2026-03-01T12:00:00.000Z',
    );
  });

  it('writes a delete without outputs, not waiting', () => {
    const { resource, outputs } = writeStep({ action: 'delete' });
    expect(resource).toMatchObject({ action: 'delete', flags: ['--wait=false'] });
    expect(outputs).toBeUndefined();
  });

  it('takes parameters that stand in an output path or a condition', () => {
    const step = { successCondition: 'status.state == {{inputs.parameters.state}}', attributeOutputs: {} };
    const { spec } = write({
      parameters: [{ name: 'state' }],
      steps: [{ name: 'deploy', manifest, ...step }],
    });
    expect(spec.templates[0]!.inputs).toEqual({ parameters: [{ name: 'state' }] });
  });

  it('quotes what YAML 1.1, by which Kubernetes reads, takes for something else', () => {
    const data = { a: 'yes', b: '017', c: 'n', d: '1:30', e: true, f: 3, g: null };
    const workflow = write({ steps: [{ name: 'deploy', manifest: { ...manifest, data } }] });
    const text = parse(workflowYaml(workflow)).spec.templates[0].resource.manifest;
    expect(parse(text, { version: '1.1' }).data).toEqual(data);
  });

  it.each<[string, Partial<Pipeline>, string]>([
    ['no steps', { steps: [] }, 'steps must be at least one step, got none'],
    ['a name of signs', { name: '--' }, 'name must be a name with a letter or digit, got "--"'],
    [
      'a parameter name with a dot',
      { parameters: [{ name: 'a.b' }] },
      'parameters[0].name must be of letters, digits, "-" and "_", got "a.b"',
    ],
    [
      'a parameter twice',
      { parameters: [{ name: 'a' }, { name: 'a' }] },
      'parameters[1].name must be free of names given twice, got a',
    ],
    [
      'two steps of one name',
      {
        steps: [
          { name: 'a b', manifest },
          { name: 'A-B', manifest },
        ],
      },
      'steps[1].name must be different from those of other steps, got "A-B"',
    ],
    [
      'a parameter that nobody gives',
      { steps: [{ name: 's', manifest: { uri: '{{inputs.parameters.uri}}' } }] },
      '{{inputs.parameters.uri}} in steps[0] must be a parameter or an output of an earlier step (none), got uri',
    ],
    [
      'an output of its own',
      { steps: [{ name: 's', manifest: { uri: '{{inputs.parameters.s-name}}' } }] },
      '{{inputs.parameters.s-name}} in steps[0] must be a parameter or an output of an earlier step (none), got s-name',
    ],
    [
      'a wait for a later step',
      {
        steps: [
          { name: 'a', manifest, after: ['b'] },
          { name: 'b', manifest },
        ],
      },
      'steps[0].after must be earlier steps (none), got "b"',
    ],
    [
      'a merge strategy without apply',
      { steps: [{ name: 'a', manifest, mergeStrategy: 'merge' }] },
      'steps[0].mergeStrategy must be given with the action apply only, got create',
    ],
    [
      'a delete that waits for a condition',
      { steps: [{ name: 'a', manifest, action: 'delete', successCondition: 'x' }] },
      'steps[0].successCondition must be absent from a delete, got "x"',
    ],
  ])('refuses %s', (_, pipeline, message) => {
    expect(() => write(pipeline)).toThrow(InvalidPipelineError);
    expect(() => write(pipeline)).toThrow(message);
  });
});

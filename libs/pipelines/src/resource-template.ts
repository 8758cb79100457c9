import { InvalidPipelineError } from './errors.js';
import { byName, outputName } from './names.js';
import type { ResourceStep } from './pipeline.js';
import type { Template } from './workflow.js';
import { manifestYaml } from './yaml-text.js';

type Content = Pick<Template, 'resource' | 'outputs'>;

/** What `dsl.ResourceOp` is compiled to. `field` is the step's own, for errors. */
export function resourceContent(step: ResourceStep, field: string): Content {
  refuseContradictions(step, field);
  const { action = 'create', manifest } = step;
  const { mergeStrategy, successCondition, failureCondition, setOwnerReference } = step;
  return {
    resource: {
      ...{ action, mergeStrategy, successCondition, failureCondition, setOwnerReference },
      flags: step.flags ?? (action === 'delete' ? ['--wait=false'] : undefined),
      manifest: manifestYaml(manifest),
    },
    outputs: action === 'delete' ? undefined : outputsOf(step),
  };
}

/** The outputs of a step, by name. */
export function attributeOutputs({
  action,
  attributeOutputs,
}: ResourceStep): Readonly<Record<string, string>> {
  return action === 'delete' ? {} : { manifest: '{}', name: '{.metadata.name}', ...attributeOutputs };
}

function outputsOf(step: ResourceStep): Template['outputs'] {
  const parameters = Object.entries(attributeOutputs(step)).map(([output, jsonPath]) => ({
    name: outputName(step.name, output),
    valueFrom: { jsonPath },
  }));
  return { parameters: parameters.sort(byName) };
}

function refuseContradictions(step: ResourceStep, field: string): void {
  const { action = 'create', mergeStrategy, successCondition, failureCondition, attributeOutputs } = step;
  if (mergeStrategy !== undefined && action !== 'apply') {
    throw new InvalidPipelineError(`${field}.mergeStrategy`, 'given with the action apply only', action);
  }
  if (action !== 'delete') return;
  const refused = Object.entries({ successCondition, failureCondition, attributeOutputs });
  for (const [name, value] of refused) {
    if (value !== undefined) {
      throw new InvalidPipelineError(`${field}.${name}`, 'absent from a delete', JSON.stringify(value));
    }
  }
}

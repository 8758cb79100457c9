import { byName, outputName } from './names.js';
import type { ContainerStep } from './pipeline.js';
import type { Template } from './workflow.js';

/** What `dsl.ContainerOp` is compiled to. */
export function containerContent(step: ContainerStep): Pick<Template, 'container' | 'outputs'> {
  const { image, command, args, fileOutputs = {} } = step;
  const files = Object.entries(fileOutputs)
    .map(([output, path]) => ({ name: outputName(step.name, output), path }))
    .sort(byName);
  const parameters = files.map(({ name, path }) => ({ name, valueFrom: { path } }));
  return {
    container: { image, command, args },
    outputs: files.length === 0 ? undefined : { parameters, artifacts: files },
  };
}

export { InvalidPipelineError } from '../errors.js';
export type {
  ContainerStep,
  Pipeline,
  PipelineParameter,
  PipelineStep,
  ResourceAction,
  ResourceStep,
} from '../pipeline.js';
export { placeholder } from '../placeholders.js';
export { resourcePipeline } from '../resource-pipeline.js';
export type { Workflow } from '../workflow.js';
export { workflowYaml } from '../yaml-text.js';

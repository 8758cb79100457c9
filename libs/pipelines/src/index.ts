export { InvalidPipelineError, type UnresolvedPlaceholder, UnresolvedPlaceholdersError } from './errors.js';
export { isPipeline, type PipelineDeployments, parsePipeline } from './parse-pipeline.js';
export type { Pipeline, PipelineParameter, PipelineStep, ResourceAction } from './pipeline.js';
export { placeholder, substitute } from './placeholders.js';
export { resourcePipeline } from './resource-pipeline.js';
export { workflowYaml } from './yaml-text.js';

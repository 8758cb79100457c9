export { Call, Component } from './component.js';
export type {
  Deployment,
  GraphNode,
  NodeMethod,
  NodeType,
  Parameter,
  PayloadLogger,
  Predictor,
} from './deployment.js';
export {
  containerNames,
  hasPodPerComponent,
  hasSeparateEngine,
  POD_PER_COMPONENT,
} from './endpoints.js';
export {
  ComponentError,
  type DeploymentProblem,
  InvalidDeploymentError,
  InvalidRouteError,
  MissingRoutingError,
  type RpcStatus,
} from './errors.js';
export { type ExperimentSpec, experimentOf } from './experiment.js';
export { graphDigest } from './graph-digest.js';
export { type GraphMetadata, graphMetadata, type ModelMetadata } from './graph-metadata.js';
export { nodesOf } from './nodes-of.js';
export { convertParameter } from './parameters.js';
export { type Manifest, parseDeployments, parseManifest, parseManifests } from './parse-deployments.js';
export { predict } from './predict.js';
export { readYaml } from './read-yaml.js';
export { recordedChoiceOf, recordedChoicesOf } from './recorded-choice.js';
export { buildGraph, type RunnableNode } from './runnable-node.js';
export {
  type PredictiveUnit,
  type SeldonComponentSpec,
  type SeldonContainer,
  type SeldonDeployment,
  type SeldonPredictor,
  seldonDeployment,
  unitsOf,
} from './seldon-deployment.js';
export { sendFeedback } from './send-feedback.js';
export { shortName } from './short-name.js';

export { Call, Component } from './component.js';
export type { Deployment, GraphNode, NodeMethod, NodeType, Parameter, Predictor } from './deployment.js';

/** Owns what the operator sets. */
export const FIELD_MANAGER = 'switchyard-operator';

/** On every object that the operator makes for a deployment: that one's name. */
export const DEPLOYMENT_LABEL = 'switchyard.io/deployment';

/** On pods with an engine: changes with the stores' URLs, so that they are read anew. */
export const STORES_ANNOTATION = 'switchyard.io/stores';

/** On pods with an engine: changes with the graph, which an engine reads when it starts. */
export const GRAPH_ANNOTATION = 'switchyard.io/graph';

/** Which operator serves a deployment, as for Seldon's. */
export const CLASS_LABEL = 'seldon.io/controller-id';

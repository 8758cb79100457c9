/** Owns what the operator sets. */
export const FIELD_MANAGER = 'switchyard-operator';

/** On every object that the operator makes for a deployment, and on its pods: that one's name. */
export const DEPLOYMENT_LABEL = 'switchyard.io/deployment';

/** On pods with an engine: changes with the stores' URLs, so that they are read anew. */
export const STORES_ANNOTATION = 'switchyard.io/stores';

/** On pods with an engine that got a new graph while they ran: its digest. */
export const GRAPH_ANNOTATION = 'switchyard.io/graph';

/** On a ConfigMap: the time at which engines that stay were given its graph, until they serve it. */
export const CHANGING_ANNOTATION = 'switchyard.io/graph-changing';

/** On a ConfigMap: why it is not known whether engines serve its graph. */
export const UNCONFIRMED_ANNOTATION = 'switchyard.io/graph-unconfirmed';

/** Which operator serves a deployment, as for Seldon's. */
export const CLASS_LABEL = 'seldon.io/controller-id';

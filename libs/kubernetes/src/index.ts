export { customResourceDefinition } from './crd/custom-resource-definition.js';
export { type DeploymentAddresses, deploymentAddresses } from './deployment-addresses.js';
export { ENGINE_CONTAINER, ENGINE_HTTP_PORT, GRAPH_VOLUME } from './engine-container.js';
export type { KubernetesObject } from './kubernetes-object.js';
export { type MigrationReport, migrationReport } from './migration/migration-report.js';
export { render } from './render.js';
export { InvalidOptionError, type RenderOptions, readRenderOptions } from './render-options.js';
export { toYaml } from './to-yaml.js';

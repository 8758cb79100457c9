export { loadConfig as loadOperatorConfig } from './config.js';
export { type RunningOperator, startOperator } from './start-operator.js';

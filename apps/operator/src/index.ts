export { loadConfig as loadOperatorConfig } from './config.js';
export { declarationsOf } from './experiments/declarations-of.js';
export { type RunningOperator, startOperator } from './start-operator.js';

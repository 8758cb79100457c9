export { loadConfig as loadTrainerConfig, type TrainerConfig } from './config.js';
export { type RunningTrainer, startTrainer } from './start-trainer.js';

import { ConsoleLogger } from '@nestjs/common';
import { loadConfig } from './config.js';
import { startTrainer } from './start-trainer.js';

const trainer = await startTrainer(loadConfig(process.env));
new ConsoleLogger('Trainer', { colors: process.stdout.isTTY === true }).log('folding');
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void trainer.close());

import { ConsoleLogger } from '@nestjs/common';
import { loadConfig } from './config.js';
import { startOperator } from './start-operator.js';

const operator = await startOperator(loadConfig(process.env));
new ConsoleLogger('Operator', { colors: process.stdout.isTTY === true }).log(`listens on ${operator.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void operator.close());

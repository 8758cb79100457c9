import { ConsoleLogger } from '@nestjs/common';
import { loadConfig } from './config.js';
import { startAdmin } from './start-admin.js';

const admin = await startAdmin(loadConfig(process.env));
const logger = new ConsoleLogger('Admin', { colors: process.stdout.isTTY === true });
logger.log(`listening on ${admin.url}`);
if (admin.newKey !== null) logger.log(`API key, shown this once: ${admin.newKey}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void admin.close());

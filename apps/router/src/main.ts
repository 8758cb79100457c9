import { loadConfig } from './config.js';
import { startRouter } from './start-router.js';

const router = await startRouter(await loadConfig(process.env));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void router.close());

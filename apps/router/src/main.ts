import { ConsoleLogger } from '@nestjs/common';
import { loadConfig } from './config.js';
import { startRouter } from './start-router.js';

const router = await startRouter(await loadConfig(process.env));
new ConsoleLogger('Router').log(`listening on ${router.url}, gRPC on port ${router.grpcPort}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void router.close());

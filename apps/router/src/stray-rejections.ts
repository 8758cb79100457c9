import { Logger } from '@nestjs/common';

/**
 * Has this process outlive promises that nobody waits for, until the function that it returns is called: a class that
 * runs here may leave one behind, and node would end all requests for it.
 */
export function outliveStrayRejections(): () => void {
  const logger = new Logger('Router');
  const tell = (reason: unknown) => logger.error('a promise that nobody waits for was rejected', reason);
  process.on('unhandledRejection', tell);
  return () => process.off('unhandledRejection', tell);
}

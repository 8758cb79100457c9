import { aborted, interruption } from '../interruption.js';

export interface RunningRole {
  /** What it says once it runs: `router listens on http://...`. */
  readonly line: string;
  close(): Promise<void>;
}

/** One long-running part of an installation: it runs until SIGINT or SIGTERM, and ends what is on its way. */
export async function runRole(start: () => Promise<RunningRole>): Promise<void> {
  const signal = interruption();
  const { useStderrLogger } = await import('../stderr-logger.js');
  useStderrLogger();
  const role = await start();
  process.stdout.write(`${role.line}\n`);
  await aborted(signal);
  process.stdout.write('stopping\n');
  await role.close();
  process.stdout.write('stopped\n');
}

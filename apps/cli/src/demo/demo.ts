import { environment } from '../environment.js';
import { FAILED } from '../failure.js';
import { interruption } from '../interruption.js';
import { DemoClient } from './client.js';
import { MissingAdminKeyError } from './errors.js';
import { type DemoResult, readExperiment, runDemo } from './run-demo.js';
import { setPolicy } from './set-policy.js';
import { lessons, sumLines } from './summary.js';
import { findTarget, type Target } from './target.js';

export interface DemoOptions {
  readonly url?: string;
  readonly adminUrl?: string;
  readonly adminKey?: string;
  readonly port: number;
  readonly adminPort: number;
  readonly dataDir: string;
  readonly deployment: string;
  readonly count: number;
  readonly concurrency: number;
  readonly seed: number;
  readonly policy?: string;
  readonly start: boolean;
}

/** Finds or starts an instance, sends it the traffic, and says what became of it. */
export async function demo(options: DemoOptions): Promise<void> {
  const signal = interruption();
  const target = await findTarget(
    {
      url: options.url ?? `http://127.0.0.1:${options.port}`,
      adminUrl: options.adminUrl ?? `http://127.0.0.1:${options.adminPort}`,
      adminKey: options.adminKey ?? environment().adminKey,
      dataDir: options.dataDir,
      start: options.start,
    },
    signal,
  );
  const client = new DemoClient(target.url, options.deployment, options.concurrency);
  try {
    await choosePolicy(client, target, options);
    const result = await runDemo(client, { ...options, url: target.url, signal });
    process.stdout.write(`${report(result, target, options).join('\n')}\n`);
    if (!succeeded(result)) process.exitCode = FAILED;
  } finally {
    await client.close();
    await target.stop();
  }
}

async function choosePolicy(client: DemoClient, target: Target, { policy, deployment }: DemoOptions) {
  if (policy === undefined) return;
  if (target.adminKey === undefined) throw new MissingAdminKeyError();
  const { experiment } = await readExperiment(client, { url: target.url, deployment });
  await setPolicy(target.adminUrl, target.adminKey, experiment, policy);
  process.stdout.write(`${experiment} now runs ${policy}.\n`);
}

function succeeded({ after, gaveUp, checks }: DemoResult): boolean {
  return after !== null && !gaveUp && checks.every(({ equal }) => equal);
}

function report(
  { before, after, tally, seconds, gaveUp, checks }: DemoResult,
  target: Target,
  options: DemoOptions,
) {
  const failures = tally.failures === 0 ? '' : `, ${tally.failures} failed (last: ${tally.lastFailure})`;
  return [
    '',
    ...(gaveUp ? ['Stopped: requests kept failing. What follows was acknowledged before.'] : []),
    `${tally.predicted} predictions and ${tally.rewarded} rewards acknowledged in ${seconds.toFixed(1)} s` +
      ` (${Math.round(tally.rewarded / seconds)}/s)${failures}.`,
    ...(after ? [...sumLines(checks), '', ...lessons(before, after, tally)] : UNREACHABLE),
    '',
    ...closerLook(before.experiment, target, options),
  ];
}

const UNREACHABLE = [
  'The router cannot be asked any more. Every acknowledged reward is in the ledger: start it again and run ' +
    '"switchyard verify".',
];

function closerLook(experiment: string, { own, adminUrl }: Target, { dataDir }: DemoOptions): string[] {
  const dir = dataDir === '.switchyard' ? '' : ` --data-dir ${dataDir}`;
  const verify = `  npx switchyard verify${dir}   rebuilds the evidence from the ledger`;
  if (own) return ['Look closer:', verify, '  npm start   serves the same data again'];
  return [
    'Look closer:',
    `  curl ${adminUrl}/admin/v1/experiments/${experiment} -H 'authorization: Bearer <admin key>'`,
    verify,
    `  ${adminUrl}/admin/docs`,
  ];
}

import type { Command } from 'commander';
import { FAILED, reportFailure } from '../failure.js';
import { dataDirOption } from '../options.js';

const COULD_NOT_VERIFY = 2;

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('Rebuild all evidence from the ledger and say whether it equals what is stored.')
    .option('--json', 'print {"equal", "decisions", "rewards", "experiments"} and nothing else')
    .addOption(dataDirOption())
    .addHelpText('after', HELP)
    .action(verify);
}

const HELP = `
Looks at DATABASE_URL, or at what runs on the data directory, or starts the database of the data directory meanwhile.
Exit status: 0 equal, 1 not equal, 2 could not verify.

Examples:
  $ switchyard verify
  $ switchyard verify --json --data-dir /var/lib/switchyard
  $ DATABASE_URL=postgres://... switchyard verify`;

async function verify({
  json,
  dataDir,
}: {
  readonly json?: boolean;
  readonly dataDir: string;
}): Promise<void> {
  try {
    const { verifyLedger } = await import('../verify/verify-ledger.js');
    const verification = await verifyLedger(dataDir, (line) => process.stderr.write(`- ${line}\n`));
    const { verificationTable } = await import('../verify/verification-table.js');
    const text = json ? JSON.stringify(verification) : verificationTable(verification);
    process.stdout.write(`${text}\n`);
    if (!verification.equal) process.exitCode = FAILED;
  } catch (error) {
    process.exitCode = reportFailure(error, COULD_NOT_VERIFY);
  }
}

#!/usr/bin/env node
import { Command } from 'commander';
import { commands } from './commands/index.js';
import { loadEnvironment } from './environment.js';
import { reportFailure } from './failure.js';
import { version } from './package-root.js';

const program = new Command('switchyard')
  .description('Routes prediction traffic between models, learns which one earns the most, and can prove it.')
  .version(version(), '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .helpCommand('help [command]', 'print the help of a command')
  .addHelpText(
    'after',
    `
Examples:
  $ switchyard up -f examples/penguins/deployment.yaml   start everything on this machine
  $ switchyard demo                                      send traffic and watch the bandit learn
  $ switchyard verify                                    rebuild all evidence from the ledger and compare`,
  );

for (const addCommand of commands) addCommand(program);
for (const command of [program, ...program.commands]) {
  command.exitOverride().showHelpAfterError(`Try: ${nameOf(command)} --help`);
}

try {
  loadEnvironment();
  await program.parseAsync();
} catch (error) {
  // What failed half way may hold connections that nobody can close any more.
  process.exit(reportFailure(error));
}

function nameOf(command: Command): string {
  return command === program ? program.name() : `${program.name()} ${command.name()}`;
}

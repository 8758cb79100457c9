import type { Command } from 'commander';
import { print } from '../kubernetes/print.js';

export function addCrd(program: Command): void {
  program
    .command('crd')
    .description('Print the CustomResourceDefinition of SeldonDeployment.')
    .addHelpText('after', HELP)
    .action(crd);
}

const HELP = `
Objects of Seldon's own definition stay valid under it.

Example:
  $ switchyard crd | kubectl apply --server-side -f -`;

async function crd(): Promise<void> {
  const { customResourceDefinition, toYaml } = await import('#kubernetes');
  print(toYaml([customResourceDefinition()]));
}

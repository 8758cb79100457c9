import type { Command } from 'commander';
import { gather } from '../options.js';

export interface RenderingOptions {
  readonly file: readonly string[];
  readonly namespace?: string;
  readonly set?: readonly string[];
}

/** The options of commands that read manifests as the operator does. */
export function addManifestOptions(command: Command): Command {
  return command
    .requiredOption('-f, --file <file>', 'a SeldonDeployment in YAML; may be repeated', gather)
    .option('-n, --namespace <name>', 'of manifests that name none (default: default)')
    .option('--set <key=value>', 'an option of what is rendered; may be repeated', gather);
}

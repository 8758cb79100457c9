import type { Command } from 'commander';
import { FAILED } from '../failure.js';
import { addManifestOptions, type RenderingOptions } from '../kubernetes/manifest-options.js';

export function addMigrateFromSeldon(program: Command): void {
  addManifestOptions(
    program
      .command('migrate-from-seldon')
      .description("Say what would differ from what Seldon's operator makes of a SeldonDeployment."),
  )
    .addHelpText('after', HELP)
    .action(migrateFromSeldon);
}

const HELP = `
Ends with status 1 where something is not supported, or a manifest is not valid.

Example:
  $ kubectl get sdep ab-test -o yaml > deployment.yaml && switchyard migrate-from-seldon -f deployment.yaml`;

async function migrateFromSeldon({ set = [], ...files }: RenderingOptions): Promise<void> {
  const { migrationReport } = await import('#kubernetes');
  const { renderSettings } = await import('../kubernetes/render-settings.js');
  const { eachManifest } = await import('../kubernetes/manifest-files.js');
  const { reportText } = await import('../kubernetes/report-text.js');
  const settings = renderSettings(set);
  const reports = await eachManifest(files, (manifest) => ({
    deployment: manifest.deployment,
    report: migrationReport(manifest, settings),
  }));
  process.stdout.write(reports.map(({ deployment, report }) => reportText(deployment, report)).join('\n'));
  if (reports.some(({ report }) => report.unsupported.length > 0)) process.exitCode = FAILED;
}

import type { Command } from 'commander';
import { addManifestOptions, type RenderingOptions } from '../kubernetes/manifest-options.js';
import { print } from '../kubernetes/print.js';

export function addRender(program: Command): void {
  addManifestOptions(
    program
      .command('render')
      .description(
        'Print the objects of Kubernetes that serve a SeldonDeployment, for kubectl or a Git repository.',
      ),
  )
    .addHelpText('after', HELP)
    .action(render);
}

const HELP = `
The options of --set, with their defaults, are in docs/kubernetes.md.

Examples:
  $ switchyard render -f deployment.yaml -n models | kubectl apply -f -
  $ switchyard render -f deployment.yaml --set engine.image=registry.example/switchyard:1 --set route=istio
  $ switchyard render -f deployment.yaml --set networkPolicy=true --set servers.SKLEARN_SERVER.v2=registry.example/mlserver:1`;

async function render({ set = [], ...files }: RenderingOptions): Promise<void> {
  const { render: renderManifest, toYaml } = await import('#kubernetes');
  const { renderSettings } = await import('../kubernetes/render-settings.js');
  const { eachManifest } = await import('../kubernetes/manifest-files.js');
  const settings = renderSettings(set);
  const objects = await eachManifest(files, (manifest) => renderManifest(manifest, settings));
  print(toYaml(objects.flat()));
}

import { cp, mkdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { interruption } from '../interruption.js';
import { integer } from '../options.js';

interface FetchOptions {
  readonly progress: number;
}

export function addFetch(program: Command): void {
  program
    .command('fetch')
    .description('Bring a model from where modelUri says into a folder.')
    .argument('<uri>', 's3://, gs://, http(s)://, pvc://, file:// or a path')
    .argument('<folder>', 'where to put it; made if it is not there')
    .option('--progress <seconds>', 'how often to say how far it has come', integer(1, 3600), 5)
    .addHelpText('after', HELP)
    .action(fetch);
}

const HELP = `
A folder or an archive is put into <folder> as what it holds, a file under its own name. Credentials, limits and the
cache: docs/artefacts.md lists the variables.

Example:
  $ switchyard fetch s3://models/penguins/7 /mnt/models`;

async function fetch(uri: string, folder: string, { progress }: FetchOptions): Promise<void> {
  const { artefactOptionsOf, fetchArtefact, progressLines } = await import('#artefacts');
  const path = await fetchArtefact(uri, {
    ...artefactOptionsOf(process.env),
    roots: [process.cwd(), '/'],
    signal: interruption(),
    onProgress: progressLines((line) => process.stderr.write(`- ${line}\n`), progress * 1000),
  });
  await mkdir(folder, { recursive: true });
  const isFolder = (await stat(path)).isDirectory();
  await cp(path, isFolder ? folder : join(folder, basename(path)), { recursive: true });
  process.stdout.write(`${uri} is in ${folder}\n`);
}

import { readFile, writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PipelineParameter } from '#pipelines';
import { messageOf, UsageError } from '../failure.js';
import { assign } from '../options.js';
import type { CompileOptions } from '../pipeline/compile-deployment.js';

interface PipelineOptions extends CompileOptions {
  readonly file: string;
  readonly output?: string;
}

export function addPipeline(program: Command): void {
  program
    .command('pipeline')
    .description('Write the Kubeflow pipeline that deploys a SeldonDeployment, as kfp 1.8 compiles it.')
    .requiredOption('-f, --file <file>', 'a SeldonDeployment in YAML')
    .option('-o, --output <file>', '.yaml, .yml, .zip, .tar.gz or .tgz (default: YAML on stdout)')
    .addOption(
      new Option('--action <action>', 'what to do with it')
        .choices(['create', 'apply', 'delete'])
        .default('create'),
    )
    .option('--success-condition <condition>', 'what the step waits for')
    .option('--failure-condition <condition>', 'what makes the step fail')
    .option('--merge-strategy <strategy>', 'of apply: strategic, merge or json')
    .addOption(
      new Option('--attribute-output <name=path>', 'one more output of the step; may be repeated').argParser(
        assign,
      ),
    )
    .addOption(
      new Option('--param <name[=default]>', 'a parameter of the pipeline; may be repeated')
        .argParser(parameter)
        .default([], 'none'),
    )
    .addOption(
      new Option('--field <path=value>', 'sets a field of the deployment; may be repeated')
        .argParser(assign)
        .default(new Map<string, string>(), 'none'),
    )
    .option('--name <name>', "of the pipeline (default: the deployment's)")
    .option('--description <text>', 'of the pipeline')
    .option('--step <name>', 'of the step', 'seldon-deployment')
    .addHelpText('after', HELP)
    .action(pipeline);
}

const HELP = `
A parameter stands in the deployment as {{name}}, within quotes where it begins a value; --field puts it there without
a change of the file. Where every parameter has a default, the deployment is checked with them.

Examples:
  $ switchyard pipeline -f deployment.yaml -o pipeline.yaml
  $ switchyard pipeline -f deployment.yaml -o pipeline.tar.gz --action apply --success-condition 'status.state == Available'
  $ switchyard pipeline -f deployment.yaml -o pipeline.zip --param model-uri=s3://models/a \\
      --field 'spec.predictors[0].graph.modelUri={{model-uri}}'
  $ switchyard pipeline -f deployment.yaml --attribute-output 'url={.status.address.url}'
  $ switchyard up -f pipeline.yaml --set model-uri=./a.onnx     runs what a pipeline deploys on this machine`;

async function pipeline({ file, output, ...options }: PipelineOptions): Promise<void> {
  // Loaded late: --help and misuse need none of it.
  const { PACKAGE_ENDINGS, packPipeline } = await import('../pipeline/pipeline-package.js');
  if (output !== undefined && !PACKAGE_ENDINGS.some((ending) => output.endsWith(ending))) {
    throw new UsageError(`--output must end in ${PACKAGE_ENDINGS.join(', ')}, got ${output}`);
  }
  const { compileDeployment } = await import('../pipeline/compile-deployment.js');
  const compiled = compileDeployment(file, await read(file), options, new Date());
  if (output === undefined) {
    process.stdout.write(compiled.yaml);
    return;
  }
  await writeFile(output, packPipeline(output, compiled.yaml)).catch((error) => {
    throw new Error(`--output ${output} cannot be written: ${messageOf(error)}`);
  });
  const parameters = options.param.map(({ name }) => name).join(', ') || 'none';
  process.stdout.write(
    `${output}: pipeline ${compiled.name}, ${options.action} of SeldonDeployment ${compiled.deployment}, ` +
      `parameters: ${parameters}\n`,
  );
}

function parameter(text: string, before: readonly PipelineParameter[]): PipelineParameter[] {
  const [, name, fallback] = /^([-_0-9A-Za-z]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (name !== undefined) return [...before, { name, default: fallback }];
  throw new InvalidArgumentError(
    `Expected a name of letters, digits, "-" and "_", or name=default, got "${text}".`,
  );
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${messageOf(error)}`);
  }
}

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { scratchFolder, switchyard, type Up, up } from '../cli-process.js';
import { describeWith, pythonEnvironment } from '../python/environment.js';
import { START_MS } from '../python/peer.js';
import { AB_TEST } from './graphs.js';
import { type PythonComponents, startPythonComponents } from './python-components.js';

const run = promisify(execFile);
const [kfp, seldon] = await Promise.all([pythonEnvironment('kfp'), pythonEnvironment('seldon-core-1.18.2')]);

const folder = scratchFolder();
const here = { cwd: folder.path };
const SOURCE = 'deployment.yaml';
afterAll(() => folder.remove());

type Path = readonly (string | number)[];

/** What kfp_compile.py takes, and the flags that say the same. */
interface Program {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly fields?: readonly (readonly [path: Path, parameter: string])[];
  /** Arguments of `dsl.ResourceOp`. */
  readonly op: object;
  readonly flags: readonly string[];
}

/** As a team's own pipeline deploys its A/B test. */
const DEPLOY: Program = {
  name: 'Inference Pipeline',
  op: { name: 'seldon_deployment', action: 'create', attribute_outputs: { name: '{.metadata.name}' } },
  flags: ['--name', 'Inference Pipeline', '--step', 'seldon_deployment'],
};

const RUN: Path = ['spec', 'predictors', 0, 'graph', 'parameters', 1, 'value'];

const PROGRAMS: Readonly<Record<string, Program>> = {
  'creates it': DEPLOY,
  'applies it and waits for its state': {
    name: 'a-b',
    description: 'Two models, side by side',
    op: {
      name: 'deploy',
      action: 'apply',
      merge_strategy: 'merge',
      success_condition: 'status.state == Available',
      failure_condition: 'status.state == Failed',
      attribute_outputs: { url: '{.status.address.url}' },
    },
    flags: [
      ...['--name', 'a-b', '--description', 'Two models, side by side', '--step', 'deploy'],
      ...['--action', 'apply', '--merge-strategy', 'merge'],
      ...['--success-condition', 'status.state == Available'],
      ...['--failure-condition', 'status.state == Failed'],
      ...['--attribute-output', 'url={.status.address.url}'],
    ],
  },
  'has a parameter in it': {
    name: 'a-b',
    parameters: { run: 'run-7' },
    fields: [[RUN, 'run']],
    op: { name: 'deploy', action: 'create' },
    flags: [
      ...['--name', 'a-b', '--step', 'deploy', '--param', 'run=run-7'],
      ...['--field', 'spec.predictors[0].graph.parameters[1].value={{run}}'],
    ],
  },
  'deletes it': {
    name: 'tidy',
    op: { name: 'deploy', action: 'delete' },
    flags: ['--name', 'tidy', '--step', 'deploy', '--action', 'delete'],
  },
};

/** The file that kfp compiles the program to. */
async function compiled({ flags: _, ...program }: Program, name: string): Promise<string> {
  const script = resolve('test/interop/kfp_compile.py');
  const description = join(folder.path, 'program.json');
  const given = { parameters: {}, fields: [], source: join(folder.path, SOURCE), ...program };
  writeFileSync(description, JSON.stringify(given));
  await run(kfp.program('python'), [script, description, name], { cwd: folder.path });
  return join(folder.path, name);
}

const TIME = 'pipelines.kubeflow.org/pipeline_compilation_time';
const SPEC = 'pipelines.kubeflow.org/pipeline_spec';

/** All but when it was compiled; the JSON in an annotation is read. */
function content(yaml: string) {
  const { metadata, ...workflow } = parse(yaml);
  const { [TIME]: _, [SPEC]: spec, ...annotations } = metadata.annotations;
  return { ...workflow, metadata: { ...metadata, annotations: { ...annotations, spec: JSON.parse(spec) } } };
}

beforeAll(() => writeFileSync(join(folder.path, SOURCE), AB_TEST));

describeWith([kfp], 'a pipeline of kfp 1.8.22', () => {
  it.each(Object.entries(PROGRAMS))(
    'that %s is what the command writes',
    async (_title, program) => {
      const expected = readFileSync(await compiled(program, 'kfp.yaml'), 'utf8');
      const written = await switchyard(['pipeline', '-f', SOURCE, ...program.flags], here);
      expect(written).toMatchObject({ status: 0, stderr: '' });
      expect(content(written.stdout)).toEqual(content(expected));
    },
    START_MS,
  );
});

describeWith([kfp, seldon], 'the A/B deployment of a pipeline of kfp 1.8.22', () => {
  const DOG = { data: { ndarray: [['dog', 0, 4, 0.2, 0.79]] } };
  /** Of the features that the transformer makes of the dog; the second model answers ten times as much. */
  const ANSWERS = [2.49, 24.9];
  let peers: PythonComponents;

  beforeAll(async () => {
    peers = await startPythonComponents(seldon, [AB_TEST]);
    const urls = ['transformer', 'router', 'model-a', 'model-b'].map((name) => [
      name,
      { url: peers.url(name) },
    ]);
    writeFileSync(join(folder.path, 'components.yaml'), JSON.stringify(Object.fromEntries(urls)));
  }, START_MS);
  afterAll(() => peers?.stop());

  async function predict({ url }: Up): Promise<{ arm: number; value: number }> {
    const response = await fetch(`${url}/seldon/default/ab-test/api/v1.0/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(DOG),
    });
    const { meta, data } = (await response.json()) as {
      readonly meta: { readonly routing: { readonly router: number } };
      readonly data: { readonly ndarray: readonly (readonly [number])[] };
    };
    return { arm: meta.routing.router, value: data.ndarray[0]![0] };
  }

  it.each(['.zip', '.tar.gz'])(
    'is served from its %s, with components in Python',
    async (ending) => {
      const file = await compiled(DEPLOY, `ab-test${ending}`);
      const served = await up(['-f', file, '--data-dir', 'data'], here);
      const seen = new Set<number>();
      while (seen.size < ANSWERS.length) {
        const { arm, value } = await predict(served);
        expect(value).toBeCloseTo(ANSWERS[arm]!, 12);
        seen.add(arm);
      }
      expect(await served.process.kill('SIGTERM')).toMatchObject({ status: 0, stderr: '' });
    },
    START_MS,
  );
});

import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { scratchFolder, switchyard, up } from './cli-process.js';

const folder = scratchFolder();
const here = { cwd: folder.path };
const VECTORS = resolve('../shared/vectors/kfp');
const missing = existsSync(VECTORS) ? '' : ' (skipped: no ../shared/vectors/kfp)';
const UNKNOWN_MODEL = 'spec.predictors[0].graph.children[0].children[0].modelUri={{model-uri}}';
const BODY = '{"data":{"names":[],"ndarray":[["Biscoe","male",45.2,14.8,212,5200]]}}';

// Relative paths of a pipeline's deployments start at its own folder.
beforeAll(() => cpSync('examples/penguins', folder.path, { recursive: true }));
afterAll(() => folder.remove());

describe('switchyard pipeline', () => {
  it.each(['.yaml', '.zip', '.tar.gz'])('writes a %s that switchyard up runs', async (ending) => {
    const file = `pipeline${ending}`;
    const written = await switchyard(
      ['pipeline', '-f', 'deployment.yaml', '-o', file, '--param', 'model-uri', '--field', UNKNOWN_MODEL],
      here,
    );
    expect(written).toMatchObject({ status: 0, stderr: '' });
    expect(written.stdout).toBe(
      `${file}: pipeline penguins, create of SeldonDeployment penguins, parameters: model-uri\n`,
    );

    const refused = await switchyard(['up', '-f', file], here);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(
      /"modelUri: '\{\{inputs\.parameters\.model-uri\}\}'": model-uri has no value here \(.*\): --set model-uri=VALUE/,
    );

    const values = ['--set', 'model-uri=file://models', '--data-dir', `data${ending}`];
    const { url, process } = await up(['-f', file, ...values], here);
    const answer = await fetch(`${url}/seldon/default/penguins/api/v1.0/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: BODY,
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ data: { names: ['Adelie', 'Chinstrap', 'Gentoo'] } });
    expect(await process.kill('SIGTERM')).toMatchObject({ status: 0, stderr: '' });
  });

  it('prints YAML where no file is named', async () => {
    const { status, stdout } = await switchyard(
      ['pipeline', '-f', 'deployment.yaml', '--action', 'apply', '--merge-strategy', 'merge'],
      here,
    );
    expect(status).toBe(0);
    const { spec } = parse(stdout);
    expect(spec.templates[1].resource).toMatchObject({ action: 'apply', mergeStrategy: 'merge' });
  });

  it.each([
    [['-o', 'x.json'], '--output must end in .yaml, .yml, .zip, .tar.gz, .tgz, got x.json'],
    [['--action', 'patch'], 'Allowed choices are create, apply, delete.'],
    [['--param', 'a.b'], 'Expected a name of letters, digits, "-" and "_", or name=default, got "a.b".'],
    [['--field', 'spec'], 'Expected name=value, got "spec".'],
    [['--merge-strategy', 'merge'], '--merge-strategy must be given with the action apply only, got create'],
  ])('%j is refused as misuse', async (args, message) => {
    const { status, stdout, stderr } = await switchyard(['pipeline', '-f', 'deployment.yaml', ...args], here);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it.each([
    [['-f', 'nowhere.yaml'], 'nowhere.yaml cannot be read: ENOENT'],
    [['-f', 'components.yaml'], 'kind: expected SeldonDeployment, got nothing'],
    [['-f', 'deployment.yaml', '-o', 'nowhere/p.zip'], '--output nowhere/p.zip cannot be written: ENOENT'],
  ])('%j fails with a reason', async (args, message) => {
    const { status, stdout, stderr } = await switchyard(['pipeline', ...args], here);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});

describe('switchyard up', () => {
  it.each([
    ['broken.zip', 'not a package', 'expected a package as kfp writes it, got invalid zip data'],
    [
      'empty.yaml',
      'kind: Workflow\nmetadata: {}\nspec: {entrypoint: a, templates: [{name: a}]}\n',
      'got none',
    ],
  ])('refuses %s', async (file, content, message) => {
    writeFileSync(join(folder.path, file), content);
    const { status, stderr } = await switchyard(['up', '-f', file], here);
    expect(stderr).toContain(`${file} cannot be served:\n  `);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });

  it('refuses a value for a parameter that no pipeline has', async () => {
    const { status, stderr } = await switchyard(['up', '-f', 'deployment.yaml', '--set', 'uri=x'], here);
    expect(stderr).toContain('--set must name a parameter of a pipeline among the files (none), got uri');
    expect(status).toBe(2);
  });
});

(missing ? describe.skip : describe)(`a pipeline that kfp 1.8.22 compiled${missing}`, () => {
  it('is served, with the value that its training step would give', async () => {
    cpSync(`${VECTORS}/penguins-ab-create.yaml`, join(folder.path, 'kfp.yaml'));
    const refused = await switchyard(['up', '-f', 'kfp.yaml'], here);
    expect(refused.stderr.match(/train-uri has no value here \(an output of another step\)/g)).toHaveLength(
      2,
    );

    const components = 'kfp-components.yaml';
    const names = ['transformer', 'router', 'model-a', 'model-b'];
    writeFileSync(
      join(folder.path, components),
      names.map((name) => `${name}: { url: "http://127.0.0.1:1" }\n`).join(''),
    );
    const args = ['-f', 'kfp.yaml', '--set', 'train-uri=s3://m', '--components', components];
    const { process, url } = await up([...args, '--data-dir', 'kfp'], here);
    const answer = await fetch(`${url}/seldon/default/penguins-ab/api/v1.0/metadata`);
    expect(await answer.text()).toContain('transformer');
    expect(await process.kill('SIGTERM')).toMatchObject({ status: 0 });
  });

  it('is what the command writes for its manifest', async () => {
    const file = join(VECTORS, 'inference-pipeline.yaml');
    const source = join(VECTORS, 'seldon_deployment.yaml');
    const { stdout } = await switchyard(['pipeline', '-f', source, '--name', 'Inference Pipeline'], here);
    const { metadata: _, ...written } = parse(stdout);
    const { metadata: __, ...compiled } = parse(readFileSync(file, 'utf8'));
    expect(written).toEqual(compiled);
  });
});

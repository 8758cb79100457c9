import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { PENGUINS, scratchFolder, switchyard } from './cli-process.js';

const folder = scratchFolder();
const penguins = readFileSync(PENGUINS, 'utf8');
afterAll(() => folder.remove());

function ofRouter(implementation: string, more = ''): string {
  return penguins.replace('implementation: THOMPSON_SAMPLING', `implementation: ${implementation}${more}`);
}

const share = (name: string, traffic: number) =>
  `    - { name: ${name}, traffic: ${traffic}, graph: { name: m, implementation: SIMPLE_MODEL, children: [] } }\n`;

it.each([
  ['is not YAML', 'spec: [', /\d/],
  ['is something else', 'kind: Service\napiVersion: v1\n', /SeldonDeployment/],
  [
    'has a missing child',
    ofRouter('RANDOM_ABTEST').replace(/ {14}- name: model-b[\s\S]*?children: \[\]\n/, ''),
    /graph\.children\[0\]/,
  ],
  ['has duplicate names', penguins.replace('name: model-b\n', 'name: model-a\n'), /model-a/],
  ['has a RANDOM_ABTEST without ratioA', ofRouter('RANDOM_ABTEST'), /ratioA/],
  [
    'has traffic of 90',
    `${penguins.split('  predictors:')[0]}  predictors:\n${share('a', 40)}${share('b', 50)}`,
    /traffic|90/i,
  ],
  ['has an unknown implementation', ofRouter('MAGIC'), /MAGIC/],
])('a deployment that %s is refused before anything starts', async (what, yaml, reason) => {
  const file = `${what.replaceAll(' ', '-')}.yaml`;
  writeFileSync(join(folder.path, file), yaml);
  const { status, stdout, stderr } = await switchyard(['up', '-f', file], { cwd: folder.path });
  expect(stderr).toContain(`switchyard: ${file} cannot be served:\n  `);
  expect(stderr).toMatch(reason);
  expect(stderr).not.toMatch(/^ +at /m);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(existsSync(join(folder.path, '.switchyard'))).toBe(false);
});

it('a file that is not there is named', async () => {
  const { status, stderr } = await switchyard(['up', '-f', 'nowhere.yaml'], { cwd: folder.path });
  expect(stderr).toMatch(/nowhere\.yaml cannot be served:\n {2}there is no such file/);
  expect(status).toBe(1);
});

it('the same deployment in two files is refused', async () => {
  const { status, stderr } = await switchyard(['up', '-f', PENGUINS, '-f', PENGUINS], { cwd: folder.path });
  expect(stderr).toMatch(/metadata\.name: default\/penguins is declared twice/);
  expect(status).toBe(1);
});

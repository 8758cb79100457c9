import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseManifests } from '#graph';
import { readRenderOptions, render, toYaml } from './index.js';

const FOLDER = 'libs/kubernetes/src/golden';
const cases = readdirSync(FOLDER);

/** UPDATE_GOLDEN=1 writes the files anew; what changed is then seen in the difference. */
test.each(cases)('%s is rendered as its golden file says', (name) => {
  const file = join(FOLDER, name, 'manifests.yaml');
  const rendered = rendering(name);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, rendered);
  expect(rendered).toBe(readFileSync(file, 'utf8'));
});

function rendering(name: string): string {
  const options = join(FOLDER, name, 'options.yaml');
  const [manifest] = parseManifests(readFileSync(join(FOLDER, name, 'deployment.yaml'), 'utf8'));
  const given = existsSync(options) ? parse(readFileSync(options, 'utf8')) : {};
  return toYaml(render(manifest!, readRenderOptions(given)));
}

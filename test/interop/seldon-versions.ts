import { describeWith, type PythonEnvironment, pythonEnvironment } from '../python/environment.js';

/** The release that the A/B deployments in the field were written for, and the newest of 1.x. */
export type SeldonVersion = '1.6.0' | '1.18.2';

const PYTHONS: readonly (readonly [SeldonVersion, PythonEnvironment])[] = await Promise.all(
  (['1.6.0', '1.18.2'] as const).map(
    async (version) => [version, await pythonEnvironment(`seldon-core-${version}`)] as const,
  ),
);

/** One group of tests for each version of Seldon's Python package; skipped, and saying why, where it is missing. */
export function describeEachSeldon(
  title: string,
  tests: (python: PythonEnvironment, version: SeldonVersion) => void,
): void {
  for (const [version, python] of PYTHONS) {
    describeWith([python], `${title} ${version}`, () => tests(python, version));
  }
}

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { startStack } from './router-stack.js';
import { comparable, containerNames, record, ScriptedComponents } from './seldon-recorder.js';
import { type Recorded, readVectors, type Vector, vectorsFile } from './seldon-vectors.js';

/** A case in which we answer otherwise on purpose: only what `answer` names differs from what was recorded. */
interface Deviation {
  readonly id: string;
  readonly reason: string;
  readonly answer: Recorded;
}

interface Decisions {
  readonly deviations: readonly Deviation[];
  /** Cases in which we do as 1.17.1 and not as 1.6.0. */
  readonly 'as in 1.17.1': readonly string[];
}

const OTHER_LEVELS: Readonly<Record<Exclude<Vector['level'], 'engine'>, string>> = {
  component: 'it is about what the host of a component answers, not the engine',
  deployment: 'it is about components as well: see seldon-deployment.e2e-spec.ts',
  'router-state': "it is about the state of Seldon's own bandit router: see seldon-router-state.e2e-spec.ts",
};

const decisions: Decisions = JSON.parse(
  await readFile(new URL('./seldon-engine.deviations.json', import.meta.url), 'utf8'),
);
const vectors = await readVectors();
const deviationOf = new Map(decisions.deviations.map((deviation) => [deviation.id, deviation]));
const isNewer = (id: string) => decisions['as in 1.17.1'].includes(id);

/** The engine as a real router with real HTTP components. */
async function run(vector: Vector): Promise<Recorded> {
  const components = new ScriptedComponents(vector);
  const map = await components.start();
  const stack = await startStack(deploymentOf(vector), map, { engine: { ...vector.env } });
  try {
    return await record(stack.router.url, vector, components);
  } finally {
    await stack.close();
    components.close();
  }
}

function deploymentOf({ graph, engineArgs }: Vector): string {
  const containers = containerNames(graph).map((name) => ({ name, image: 'recorded:1' }));
  return JSON.stringify({
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'recorded', namespace: 'default' },
    spec: {
      protocol: protocolOf(engineArgs),
      predictors: [{ name: 'p', componentSpecs: [{ spec: { containers } }], graph }],
    },
  });
}

function protocolOf(engineArgs: readonly string[] = []): string {
  return engineArgs.includes('--protocol') ? engineArgs[engineArgs.indexOf('--protocol') + 1]! : 'seldon';
}

/** What must be seen: a body that is our own makes the recorded text of it void. */
function expectedOf(recorded: Recorded, answer: Recorded): Recorded {
  const { bodyText, connection: _, ...rest } = recorded;
  const keepsText = bodyText !== undefined && !('body' in answer);
  return { ...rest, ...(keepsText ? { bodyText } : {}), ...answer };
}

function reasonToSkip({ level }: Vector): string | undefined {
  return level === 'engine' ? undefined : OTHER_LEVELS[level];
}

describe("the cases recorded from Seldon's engine", () => {
  if (vectors === null) {
    it.skip(`(skipped: ${vectorsFile} is absent)`, () => {});
    return;
  }
  for (const vector of vectors) {
    const { id } = vector;
    const skipped = reasonToSkip(vector);
    const deviation = deviationOf.get(id);
    if (skipped !== undefined) {
      it.skip(`${id} (skipped: ${skipped})`, () => {});
    } else if (deviation !== undefined) {
      it(`${id}, not as recorded: ${deviation.reason}`, () => checkDeviation(vector, deviation));
    } else if (isNewer(id)) {
      it(`${id}, as in 1.17.1`, () => checkNewer(vector));
    } else {
      it(id, async () => {
        expect(comparable(await run(vector), vector.expected)).toEqual(vector.expected);
      });
    }
  }

  it('are all there that the list of deviations names', () => {
    const known = vectors.map(({ id }) => id);
    expect(known).toEqual(expect.arrayContaining([...deviationOf.keys(), ...decisions['as in 1.17.1']]));
  });
});

async function checkDeviation(vector: Vector, { answer }: Deviation): Promise<void> {
  const seen = await run(vector);
  const expected = expectedOf(vector.expected, answer);
  expect(comparable(seen, expected)).toEqual(expected);
  for (const key of Object.keys(answer) as (keyof Recorded)[]) {
    expect({ [key]: answer[key] }).not.toEqual({ [key]: vector.expected[key] });
  }
}

async function checkNewer(vector: Vector): Promise<void> {
  const seen = await run(vector);
  const newer = vector['expected_1.17.1']!;
  expect(comparable(seen, newer)).toEqual(newer);
  expect(comparable(seen, vector.expected)).not.toEqual(vector.expected);
}

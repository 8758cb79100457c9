import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { declareExperiment, type PublishedSnapshot, SnapshotSource } from '#experiments';
import { nodesOf, parseDeployments } from '#graph';
import { ArmPlaces } from '../deployments/arm-places.js';
import { Snapshots } from '../snapshots/snapshots.js';
import { DecisionPoint } from './decision-point.js';

const place = { namespace: 'default', deployment: 'd', predictor: 'main', node: 'router' };

class Announced extends SnapshotSource {
  announce: (snapshot: PublishedSnapshot) => void = () => {};

  override async load(): Promise<PublishedSnapshot[]> {
    return [];
  }

  override async subscribe(onSnapshot: (snapshot: PublishedSnapshot) => void): Promise<void> {
    this.announce = onSnapshot;
  }
}

let source: Announced;
let snapshots: Snapshots;

beforeEach(async () => {
  source = new Announced();
  snapshots = new Snapshots(source);
  await snapshots.start();
});

afterEach(() => snapshots.close());

describe('a decision point', () => {
  it.each([
    ['a component makes the choice', 'type: ROUTER', ['component', 'random']],
    ['Switchyard makes the choice', 'implementation: RANDOM', ['random', 'component']],
  ])('where %s keeps to it when the other graph is announced', (_, router, [own, other]) => {
    const point = pointOf(router);
    announce(point, 1, other!);
    expect(point.snapshot()).toBeUndefined();
    expect(() => point.requireSnapshot()).toThrow();
    announce(point, 2, own!);
    expect(point.requireSnapshot().published.revision).toBe(2);
    announce(point, 3, other!);
    expect(point.requireSnapshot().published.revision).toBe(2);
    announce(point, 4, own!);
    expect(point.requireSnapshot().published.revision).toBe(4);
  });
});

function pointOf(router: string): DecisionPoint {
  const models = '[{ name: a, type: MODEL }, { name: b, type: MODEL }]';
  const [deployment] = parseDeployments(`
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: { name: d }
spec:
  predictors:
    - name: main
      componentSpecs: [{ spec: { containers: [{ name: router }, { name: a }, { name: b }] } }]
      graph: { name: router, ${router}, children: ${models} }
`);
  const [node] = nodesOf(deployment!.predictors[0]!.graph);
  return new DecisionPoint(node!, place, snapshots, new ArmPlaces());
}

function announce({ experimentId }: DecisionPoint, revision: number, policy: string): void {
  const spec = { policy, options: {}, arms: ['a', 'b'], metric: {} };
  const { config } = declareExperiment(place, spec);
  const name = 'default.d.main.router';
  source.announce({
    ...{ experimentId, name, salt: 's', revision, evidenceVersion: 0, config, evidence: [] },
  });
}

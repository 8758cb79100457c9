import { randomBytes } from 'node:crypto';
import {
  declareExperiment,
  experimentId,
  experimentName,
  type PublishedSnapshot,
  SnapshotSource,
} from '#experiments';
import { type Deployment, recordedChoicesOf } from '#graph';

const SALT_BYTES = 16;

/** Experiments as their manifests start them, where no store says what has become of them. */
export class ManifestSnapshots extends SnapshotSource {
  private readonly snapshots: PublishedSnapshot[];

  constructor(deployments: readonly Deployment[]) {
    super();
    this.snapshots = deployments.flatMap(recordedChoicesOf).map(({ place, spec }) => ({
      experimentId: experimentId(place),
      name: experimentName(place),
      salt: randomBytes(SALT_BYTES).toString('hex'),
      revision: 1,
      evidenceVersion: 0,
      config: declareExperiment(place, spec).config,
      evidence: [],
    }));
  }

  override async load(): Promise<PublishedSnapshot[]> {
    return this.snapshots;
  }

  override async subscribe(): Promise<void> {}
}

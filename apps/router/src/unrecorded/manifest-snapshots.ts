import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  declareExperiment,
  experimentId,
  experimentName,
  type PublishedSnapshot,
  SnapshotSource,
} from '#experiments';
import { recordedChoicesOf } from '#graph';
import type { Manifests } from './manifests.js';

const SALT_BYTES = 16;

type Choice = ReturnType<typeof recordedChoicesOf>[number];

/** Experiments as their manifests start them, where no store says what has become of them. */
export class ManifestSnapshots extends SnapshotSource {
  private readonly known = new Map<string, PublishedSnapshot>();
  private of: Manifests['deployments'] = [];

  constructor(private readonly manifests: Manifests) {
    super();
  }

  override async load(): Promise<PublishedSnapshot[]> {
    const { deployments } = this.manifests;
    if (deployments !== this.of)
      for (const choice of deployments.flatMap(recordedChoicesOf)) this.take(choice);
    this.of = deployments;
    return [...this.known.values()];
  }

  override async subscribe(): Promise<void> {}

  /** What a manifest says anew is a revision; the salt stays, and with it most choices. */
  private take({ place, spec }: Choice): void {
    const id = experimentId(place);
    const { config } = declareExperiment(place, spec);
    const before = this.known.get(id);
    if (isDeepStrictEqual(before?.config, config)) return;
    this.known.set(id, {
      experimentId: id,
      name: experimentName(place),
      salt: before?.salt ?? randomBytes(SALT_BYTES).toString('hex'),
      revision: (before?.revision ?? 0) + 1,
      evidenceVersion: 0,
      config,
      evidence: [],
    });
  }
}

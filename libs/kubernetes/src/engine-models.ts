import { nodesOf } from '#graph';
import { unitNamed } from './component-variables.js';
import type { Fields, Volume } from './kubernetes-object.js';
import type { Plan } from './plan.js';

const CLAIM = /^pvc:\/\/([^/]+)/;
const CLAIMS_FOLDER = '/mnt/claims';

/** What the engine needs to load the models of nodes that it serves itself, such as those of ONNX_SERVER. */
export interface EngineModels {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** Where the credentials are. */
  readonly envFrom: readonly Fields[];
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly Fields[];
}

export function engineModels({ predictor, written, nodes }: Plan): EngineModels {
  const own = nodesOf(predictor.graph).filter(({ name, modelUri }) => modelUri && !nodes.has(name));
  const secrets = own.flatMap(({ name }) => unitNamed(written.graph, name).envSecretRefName || []);
  const claims = [...new Set(own.flatMap(({ modelUri }) => CLAIM.exec(modelUri!)?.[1] ?? []))];
  const mounts = claims.map((claim) => `${claim}=${CLAIMS_FOLDER}/${claim}`);
  return {
    env: mounts.length > 0 ? [{ name: 'SWITCHYARD_PVC_MOUNTS', value: mounts.join(',') }] : [],
    envFrom: [...new Set(secrets)].map((name) => ({ secretRef: { name } })),
    volumes: claims.map((claimName) => ({
      name: `claim-${claimName}`,
      persistentVolumeClaim: { claimName, readOnly: true },
    })),
    volumeMounts: claims.map((claim) => ({
      name: `claim-${claim}`,
      mountPath: `${CLAIMS_FOLDER}/${claim}`,
      readOnly: true,
    })),
  };
}

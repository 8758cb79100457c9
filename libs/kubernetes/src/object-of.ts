import type { Fields, KubernetesObject, Texts } from './kubernetes-object.js';
import type { Plan } from './plan.js';

interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly labels?: Texts;
  readonly annotations?: Texts;
}

/** An object in the deployment's namespace, owned by the deployment where that exists in a cluster already. */
export function objectOf(
  { manifest }: Pick<Plan, 'manifest'>,
  { apiVersion, kind, name, labels, annotations = {} }: Identity,
  content: Fields,
): KubernetesObject {
  const { namespace } = manifest.deployment;
  const { name: deployment, uid } = manifest.written.metadata;
  const owner = {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    ...{ name: deployment, uid, controller: true, blockOwnerDeletion: true },
  };
  const metadata = {
    ...{ name, namespace },
    labels: labels ?? deploymentLabel(deployment),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(uid && { ownerReferences: [owner] }),
  };
  return { apiVersion, kind, metadata, ...content };
}

export function deploymentLabel(deployment: string): Texts {
  return { 'seldon-deployment-id': deployment };
}

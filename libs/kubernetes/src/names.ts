import { type SeldonComponentSpec, type SeldonDeployment, type SeldonPredictor, shortName } from '#graph';
import { TF_CONTAINER } from './servers/server-containers.js';

/** The names that Seldon's operator gives (reference seldon-v1.md, section 5.1). */

const SERVICE_NAME = 'seldon.io/svc-name';
const LONGEST_LABEL = 63;

/** Of the predictor's Service, and its pods' label `seldon-app`. */
export function predictorKey({ metadata }: SeldonDeployment, { name, annotations }: SeldonPredictor): string {
  return annotations?.[SERVICE_NAME] ?? shortName(`${metadata.name}-${name}`);
}

/** Of the Deployment of one componentSpec. TensorFlow Serving behind its proxy does not count. */
export function workloadName(
  { metadata }: SeldonDeployment,
  { name }: SeldonPredictor,
  componentSpec: SeldonComponentSpec,
  index: number,
): string {
  const names = (componentSpec.spec?.containers ?? []).map((container) => container.name);
  const containers = names.filter((container) => container !== TF_CONTAINER);
  const last = componentSpec.metadata?.name || containers.join('-');
  return shortName(`${metadata.name}-${name}-${index}-${last}`);
}

/** Of the Deployment of an engine with pods of its own. */
export function engineWorkloadName({ metadata }: SeldonDeployment, { name }: SeldonPredictor): string {
  return shortName(`${metadata.name}-${name}-svc-orch`);
}

/** Of the Service that leads to one container. */
export function containerServiceName(deployment: string, predictor: string, container: string): string {
  return shortName(`${deployment}-${predictor}-${container}`);
}

/** The label by which a container's Service finds its pods. */
export function containerLabel(container: string): string {
  const key = `seldon-app-svc-${container}`;
  return key.length <= LONGEST_LABEL ? key : shortName(key);
}

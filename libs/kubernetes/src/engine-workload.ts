import { scalesEngine } from './engine-autoscaler.js';
import { engineContainer, engineVolumes } from './engine-container.js';
import { engineModels } from './engine-models.js';
import { type KubernetesObject, present } from './kubernetes-object.js';
import { engineWorkloadName } from './names.js';
import { objectOf } from './object-of.js';
import type { Plan } from './plan.js';
import { shutdownOf } from './shutdown.js';
import { ROLLING_UPDATE } from './workload.js';
import { ENGINE_LABEL, SCRAPED } from './workload-labels.js';

/**
 * The Deployment of an engine with pods of its own. Its pods' deployment id is Seldon's: the predictor's key.
 * `graph`: the name of the ConfigMap with its graph.
 */
export function engineWorkload(plan: Plan, graph: string): KubernetesObject {
  const { key, labels, manifest, options, written } = plan;
  const name = engineWorkloadName(manifest.written, written);
  const selector = { 'seldon-app': key, 'seldon-deployment-id': key };
  const pod = { app: name, version: labels.version!, ...selector };
  const models = engineModels(plan);
  const shutdown = shutdownOf(plan, null);
  return objectOf(
    plan,
    {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', name },
      labels: { ...pod, fluentd: 'true', ...ENGINE_LABEL },
      annotations: { ...manifest.written.spec.annotations, ...written.annotations },
    },
    {
      spec: present({
        replicas: scalesEngine(plan)
          ? null
          : (written.svcOrchSpec?.replicas ?? written.replicas ?? manifest.written.spec.replicas),
        selector: { matchLabels: selector },
        strategy: ROLLING_UPDATE,
        template: {
          metadata: { labels: pod, annotations: SCRAPED },
          spec: {
            securityContext: { runAsUser: options.runAsUser },
            terminationGracePeriodSeconds: shutdown.grace,
            containers: [engineContainer(plan, shutdown, models)],
            volumes: engineVolumes(plan, models, graph),
          },
        },
      }),
    },
  );
}

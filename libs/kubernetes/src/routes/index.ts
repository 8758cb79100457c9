import type { KubernetesObject } from '../kubernetes-object.js';
import type { Plan } from '../plan.js';
import { gatewayRoutes } from './gateway-routes.js';
import { ingressRoutes } from './ingress-routes.js';
import { istioRoutes } from './istio-routes.js';

type Routes = (plans: readonly Plan[]) => KubernetesObject[];

const ROUTES: Readonly<Record<Plan['options']['route'], Routes>> = {
  gateway: gatewayRoutes,
  istio: istioRoutes,
  ingress: ingressRoutes,
  none: () => [],
};

/** The public path `/seldon/{namespace}/{deployment}/`, with its traffic split over the predictors. */
export function routes(plans: readonly Plan[]): KubernetesObject[] {
  return ROUTES[plans[0]!.options.route](plans);
}

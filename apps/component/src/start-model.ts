import { loadUserObject, UserModel } from '#sdk';
import type { ComponentConfig, ServiceType } from './component-config.js';
import { UnusableServiceError } from './errors.js';
import type { UnitMetrics } from './metrics/unit-metrics.js';

/** Without these a component of the type could answer nothing but errors. */
const REQUIRED: Partial<Record<ServiceType, 'route' | 'aggregate'>> = {
  ROUTER: 'route',
  COMBINER: 'aggregate',
};

/** The user's class, loaded. Throws `UnusableClassError` or `UnusableServiceError`. */
export async function startModel(config: ComponentConfig, metrics: UnitMetrics): Promise<UserModel> {
  const { file, classNames, parameters, identity, answerMetrics, serviceType } = config;
  const user = await loadUserObject({ file, names: classNames, parameters });
  const model = new UserModel(user, {
    unit: identity.unit,
    image: identity.image,
    answerMetrics,
    observe: (created, call) => metrics.observe(created, call),
  });
  const required = REQUIRED[serviceType];
  if (required && !model.has(required)) throw new UnusableServiceError(serviceType, required, file);
  if (config.payloadPassthrough && !model.hasRaw('predict')) {
    throw new UnusableServiceError('PAYLOAD_PASSTHROUGH', 'predictRaw', file);
  }
  return model;
}

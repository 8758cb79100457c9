import type { Identity } from './component-config.js';

/** As Seldon's wrapper writes an identity that nobody gave. */
const UNKNOWN = 'NOT_IMPLEMENTED';

/** What only the environment says; there are no flags for it. */
export interface ComponentEnvironment {
  readonly identity: Identity;
  readonly answerMetrics: boolean;
  readonly metadata: string | undefined;
  readonly payloadPassthrough: boolean;
  readonly metricsPath: string;
}

/** The only reader of these variables. */
export function readEnvironment(env: NodeJS.ProcessEnv): ComponentEnvironment {
  return {
    identity: {
      unit: env.PREDICTIVE_UNIT_ID || UNKNOWN,
      image: env.PREDICTIVE_UNIT_IMAGE || `${UNKNOWN}:${UNKNOWN}`,
      deployment: env.SELDON_DEPLOYMENT_ID || UNKNOWN,
      predictor: env.PREDICTOR_ID || UNKNOWN,
      predictorVersion: versionIn(env.PREDICTOR_LABELS) ?? UNKNOWN,
    },
    answerMetrics: !/^(?:0|n|no|f|false|off)$/i.test(env.INCLUDE_METRICS_IN_CLIENT_RESPONSE ?? ''),
    metadata: env.MODEL_METADATA || undefined,
    payloadPassthrough: /^(?:1|y|yes|t|true|on)$/i.test(env.PAYLOAD_PASSTHROUGH ?? ''),
    metricsPath: env.PREDICTIVE_UNIT_METRICS_ENDPOINT || '/metrics',
  };
}

/** The labels come from a cluster's operator; where they are no JSON nothing is known. */
function versionIn(labels: string | undefined): string | undefined {
  try {
    const version = JSON.parse(labels || '{}')?.version;
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

import { z } from 'zod';
import { MODEL_SERVERS } from './servers/default-images.js';

const resources = z.record(z.string(), z.record(z.string(), z.string()));
const text = z.string().min(1);

/**
 * What `render` can be told, with its defaults; the one declaration that `--set` and the docs are read from.
 * Dots lead inwards: `engine.image`.
 */
const renderOptions = z.strictObject({
  /** The engine's container, and the init containers that fetch models. */
  engine: z
    .strictObject({
      image: text.default('switchyard:latest'),
      imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
      /** The PersistentVolumeClaim for what engines last knew of their experiments; empty: it goes with the pod. */
      snapshotClaim: z.string().default(''),
      /** Unless the manifest says: `svcOrchSpec.resources`, else `engineResources`. */
      resources: resources.default({
        requests: { cpu: '500m', memory: '512Mi' },
        limits: { cpu: '500m', memory: '512Mi' },
      }),
    })
    .prefault({}),
  /** The Secret in the deployment's namespace with DATABASE_URL, REDIS_URL and SWITCHYARD_RECEIPT_KEY. */
  storesSecret: text.default('switchyard-stores'),
  /** What leads requests from outside to the predictors. */
  route: z.enum(['gateway', 'istio', 'ingress', 'none']).default('gateway'),
  gateway: z
    .strictObject({
      name: text.default('switchyard'),
      /** Empty: the deployment's own. */
      namespace: z.string().default(''),
    })
    .prefault({}),
  /** Of VirtualServices, unless the annotation `seldon.io/istio-gateway` says. */
  istio: z.strictObject({ gateway: text.default('seldon-gateway') }).prefault({}),
  ingress: z.strictObject({ className: z.string().default('') }).prefault({}),
  /** The host of the public address; empty takes any. */
  host: z.string().default(''),
  /** Adds NetworkPolicies: components are reached by their engine alone. */
  networkPolicy: z.boolean().default(false),
  /** The pods' user, unless the manifest has a securityContext; Seldon's chart has the same. */
  runAsUser: z.int().min(1).default(8888),
  /** Images of the model servers: implementation, then protocol. */
  servers: z.record(z.string(), z.record(z.string(), text)).default({}).transform(withDefaults),
});

export type RenderOptions = z.infer<typeof renderOptions>;

/** The options with every default. Throws `InvalidOptionError`. */
export function readRenderOptions(value: unknown): RenderOptions {
  const parsed = renderOptions.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw optionError(parsed.error.issues[0]!);
}

/** An option that does not exist, or a value that it cannot have. */
export class InvalidOptionError extends Error {
  override readonly name = 'InvalidOptionError';

  constructor(
    /** `engine.image` */
    readonly option: string,
    /** What was expected and what came. */
    readonly problem: string,
  ) {
    super(option === '' ? problem : `${option}: ${problem}`);
  }
}

function optionError(issue: z.core.$ZodIssue): InvalidOptionError {
  if (issue.code === 'unrecognized_keys') {
    return new InvalidOptionError([...issue.path, issue.keys[0]].join('.'), 'there is no such option');
  }
  const expected = issue.message.replace(/^Invalid \w+: /, '').replace(/, received .*$/, '');
  return new InvalidOptionError(issue.path.join('.'), `${expected}, got ${JSON.stringify(issue.input)}`);
}

function withDefaults(given: Record<string, Record<string, string>>) {
  const names = [...new Set([...Object.keys(MODEL_SERVERS), ...Object.keys(given)])];
  return Object.fromEntries(names.map((name) => [name, { ...MODEL_SERVERS[name], ...given[name] }]));
}

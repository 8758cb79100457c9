import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { customResourceDefinition, toYaml } from '#kubernetes';
import { CliProcess, scratchFolder, switchyard } from './cli-process.js';
import { Cluster, missingCluster } from './cluster.js';
import { emptyDatabase, newRole, onDatabase } from './database.js';
import { documentedRules, type Rule } from './documented-rights.js';
import { CHART, missingHelm, setting, template, withHelm } from './helm.js';

const STORES = ['postgres.enabled=true', 'redis.enabled=true'];
const EVERYTHING = [
  ...STORES,
  'networkPolicy.enabled=true',
  'dashboard.enabled=true',
  'admin.ingress.enabled=true',
];
const WEBHOOKS = 'sy-switchyard-webhooks-models';
const DEFINITION = 'seldondeployments.machinelearning.seldon.io';

interface Container {
  readonly args: readonly string[];
}

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: object };
  readonly rules?: readonly Rule[];
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template?: {
      readonly spec: {
        readonly containers: readonly Container[];
        readonly initContainers?: readonly Container[];
      };
    };
  } & Readonly<Record<string, unknown>>;
  readonly webhooks?: readonly { readonly objectSelector: object; readonly namespaceSelector?: object }[];
}

const folder = scratchFolder();

afterAll(() => folder.remove());

const read = (...path: string[]) => readFileSync(join(CHART, ...path), 'utf8');
const unless = (reason: string | null) => (reason === null ? describe : describe.skip);
const titled = (title: string, reason: string | null) => (reason === null ? title : `${title}: ${reason}`);

describe('the chart', () => {
  it('holds the definition that switchyard crd prints', () => {
    expect(read('files', 'seldondeployments.yaml')).toBe(toYaml([customResourceDefinition()]));
  });

  it('describes every value', () => {
    const table = read('README.md');
    const values = pathsOf(parse(read('values.yaml')));
    expect(values.filter((path) => !table.includes(`\`${path}\``))).toEqual([]);
  });
});

unless(missingHelm)(titled('helm with the chart', missingHelm), () => {
  it('finds no fault', async () => {
    const said = await withHelm('helm', ['lint', CHART, '--strict', ...setting(STORES)]);
    expect(said).toContain('1 chart(s) linted, 0 chart(s) failed');
  });

  it('renders install.yaml as it stands in the repository', async () => {
    expect(await withHelm('sh', ['charts/install.sh'])).toBe(readFileSync('install.yaml', 'utf8'));
  });

  it.each([
    ['a value that does not exist', ['trainer.replica=3', ...STORES], /replica/],
    ['a value of a wrong form', ['stores.redisUrl=localhost'], /redisUrl/],
    ['no stores', [], /stores: expected existingSecret, or databaseUrl and redisUrl/],
    ['certificates of a wrong kind', ['webhooks.certificates=vault', ...STORES], /certificates/],
    ['half of the stores', ['postgres.enabled=true'], /stores: expected/],
    [
      'a role without the URL by which engines have it',
      ['stores.databaseUrl=postgres://h/d', 'stores.redisUrl=redis://h', 'stores.routerRole=r'],
      /stores.routerRole: expected stores.routerDatabaseUrl as well/,
    ],
    ['a Gateway of no class', ['gateway.create=true', ...STORES], /gateway.className: expected/],
    [
      'a route on no Gateway',
      ['admin.httpRoute.enabled=true', ...STORES],
      /admin.httpRoute.parentRefs: expected the Gateways/,
    ],
    [
      'both kinds of monitors',
      ['podMonitor.enabled=true', 'serviceMonitor.enabled=true', ...STORES],
      /serviceMonitor.enabled: expected podMonitor.enabled to be false/,
    ],
  ])('refuses %s', async (_, values, reason) => {
    await expect(template(values)).rejects.toThrow(reason);
  });

  it('needs no stores for an operator alone', async () => {
    const rendered = objects(await template(['trainer.enabled=false', 'admin.enabled=false']));
    const deployments = rendered.filter(({ kind }) => kind === 'Deployment');
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual(['sy-switchyard-operator']);
  });

  it('takes the stores from a Secret of the user', async () => {
    const rendered = await template(['stores.existingSecret=mine']);
    expect(rendered).toMatch(/secretRef:\s+name: mine\n/);
    expect(objects(rendered).filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  it('gives an operator of some namespaces no right outside of them', async () => {
    const rendered = objects(await template([...STORES, 'operator.namespaces={one,two}']));
    const clusterWide = rendered.filter(({ kind }) => kind === 'ClusterRole');
    expect(clusterWide.flatMap(({ rules = [] }) => rules.flatMap(rightsOf))).toEqual([
      `get validatingwebhookconfigurations.admissionregistration.k8s.io ${WEBHOOKS}`,
      `patch validatingwebhookconfigurations.admissionregistration.k8s.io ${WEBHOOKS}`,
      `get mutatingwebhookconfigurations.admissionregistration.k8s.io ${WEBHOOKS}`,
      `patch mutatingwebhookconfigurations.admissionregistration.k8s.io ${WEBHOOKS}`,
    ]);
    const roles = rendered.filter(({ kind }) => kind === 'Role').map(({ metadata }) => metadata.namespace);
    expect(roles.sort()).toEqual(['models', 'models', 'one', 'two']);
  });

  it.each(['webhooks.enabled=false', 'webhooks.certificates=cert-manager'])(
    'gives an operator of some namespaces nothing cluster-wide with %s',
    async (value) => {
      const rendered = objects(await template([...STORES, 'operator.namespaces={one,two}', value]));
      expect(rendered.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([]);
    },
  );

  it('has the webhooks asked about what its operator serves alone', async () => {
    const selectors = async (values: string[]) => {
      const rendered = objects(await template([...STORES, 'webhooks.defaulting=true', ...values]));
      const configurations = rendered.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
      expect(configurations).toHaveLength(2);
      const [first, second] = configurations.flatMap(({ webhooks = [] }) => webhooks);
      expect(first!.objectSelector).toEqual(second!.objectSelector);
      return [first!.objectSelector, first!.namespaceSelector];
    };
    const key = 'seldon.io/controller-id';
    expect(await selectors([])).toEqual([
      { matchExpressions: [{ key, operator: 'DoesNotExist' }] },
      undefined,
    ]);
    expect(await selectors(['operator.class=blue', 'operator.namespaces={one,two}'])).toEqual([
      { matchExpressions: [{ key, operator: 'In', values: ['blue'] }] },
      {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['one', 'two'] }],
      },
    ]);
  });

  it('has cert-manager keep the certificate that the operator reads', async () => {
    const rendered = objects(await template([...STORES, 'webhooks.certificates=cert-manager']));
    const [configuration] = rendered.filter(({ kind }) => kind === 'ValidatingWebhookConfiguration');
    expect(configuration!.metadata.annotations).toEqual({
      'cert-manager.io/inject-ca-from': 'models/sy-switchyard-webhooks',
    });
    const certificates = rendered.filter(({ kind }) => kind === 'Certificate');
    const serving = certificates.find(({ metadata }) => metadata.name === 'sy-switchyard-webhooks');
    expect(serving!.spec).toMatchObject({
      dnsNames: ['sy-switchyard-webhooks.models.svc'],
      secretName: WEBHOOKS,
    });
    expect(JSON.stringify(rendered)).toContain(`"secret":{"optional":true,"secretName":"${WEBHOOKS}"}`);
  });

  it('gives the operator the rights that the docs list', async () => {
    const roles = objects(await template(STORES)).filter(({ rules }) => rules !== undefined);
    const given = roles.flatMap(({ rules = [] }) => rules.flatMap(rightsOf));
    expect(given.sort()).toEqual(documentedRules(WEBHOOKS).flatMap(rightsOf).sort());
  });

  it.each(['PodMonitor', 'ServiceMonitor'])(
    'lets Prometheus find engines and roles by a %s',
    async (kind) => {
      const value = `${kind[0]!.toLowerCase()}${kind.slice(1)}.enabled=true`;
      const rendered = objects(await template([...STORES, value]));
      expect(namesOf(rendered, kind)).toEqual(['sy-switchyard-roles', 'sy-switchyard-engines']);
      const expected = kind === 'PodMonitor' ? [] : ['sy-switchyard-operator', 'sy-switchyard-trainer'];
      expect(namesOf(rendered, 'Service')).toEqual(expect.arrayContaining(expected));
    },
  );

  it('tells the operator of the Gateway that it makes, and lets the watched namespaces on it', async () => {
    const values = ['gateway.create=true', 'gateway.className=any', 'operator.namespaces={one}'];
    const rendered = objects(await template([...STORES, ...values]));
    expect(argsOf(rendered, 'Deployment', 'operator').join(' ')).toContain(
      '--set gateway.name=switchyard --set gateway.namespace=models',
    );
    const gateway = rendered.find(({ kind }) => kind === 'Gateway');
    expect(gateway?.spec).toMatchObject({
      gatewayClassName: 'any',
      listeners: [
        {
          allowedRoutes: { namespaces: { selector: { matchExpressions: [{ values: ['one', 'models'] }] } } },
        },
      ],
    });
  });

  it('leads to the admin API by an Ingress and by an HTTPRoute', async () => {
    const values = [
      'admin.ingress.enabled=true',
      'admin.ingress.host=admin.example',
      'admin.httpRoute.enabled=true',
    ];
    const rendered = objects(
      await template([...STORES, ...values, 'gateway.create=true', 'gateway.className=any']),
    );
    expect(rendered.find(({ kind }) => kind === 'Ingress')?.spec).toMatchObject({
      rules: [
        {
          host: 'admin.example',
          http: { paths: [{ backend: { service: { name: 'sy-switchyard-admin' } } }] },
        },
      ],
    });
    expect(rendered.find(({ kind }) => kind === 'HTTPRoute')?.spec).toMatchObject({
      parentRefs: [{ name: 'switchyard' }],
      rules: [{ backendRefs: [{ name: 'sy-switchyard-admin', port: 8080 }] }],
    });
  });

  it('makes another Job of migrations for another version and for other stores, and else the same', async () => {
    const jobOf = async (...values: string[]) =>
      namesOf(objects(await template([...STORES, ...values])), 'Job')[0];
    const job = await jobOf();
    expect(job).toMatch(/^sy-switchyard-migrate-[0-9a-f]{10}$/);
    expect(await jobOf('trainer.replicas=5')).toBe(job);
    expect(await jobOf('image.tag=v2')).not.toBe(job);
    expect(await jobOf('postgres.password=other')).not.toBe(job);
  });

  it("has every role's pods wait for what its Job does, and engines a role with fewer rights", async () => {
    const databaseUrl = await emptyDatabase();
    const role = newRole();
    const routerUrl = Object.assign(new URL(databaseUrl), {
      username: role,
      password: 'of-the-engines',
    }).href;
    const rendered = objects(
      await template([
        `stores.databaseUrl=${databaseUrl}`,
        'stores.redisUrl=redis://redis',
        `stores.routerDatabaseUrl=${routerUrl}`,
        `stores.routerRole=${role}`,
        'stores.routerPassword=of-the-engines',
      ]),
    );
    const { stringData: env = {} } = rendered.find(({ kind }) => kind === 'Secret')!;
    const surroundings = { cwd: folder.path, env };
    const waits = ['operator', 'trainer', 'admin'].map((name) => argsOf(rendered, 'Deployment', name, true));
    const waiting = new CliProcess(waits[0]!, surroundings);
    await waiting.says(/missing: migration/);
    const done = await switchyard(argsOf(rendered, 'Job', 'migrate'), surroundings);
    expect(done).toMatchObject({ status: 0, stdout: expect.stringContaining(`role ${role}`) });
    expect(await waiting.finished).toMatchObject({ status: 0 });
    expect(new Set(waits.map(String)).size).toBe(1);
    const engines = env.SWITCHYARD_ROUTER_DATABASE_URL!;
    expect(await onDatabase(engines, 'SELECT name FROM experiment')).toEqual([]);
    await expect(onDatabase(engines, 'DELETE FROM reward')).rejects.toMatchObject({ code: '42501' });
  });
});

const noInstall = missingHelm ?? missingCluster;

unless(noInstall)(titled('the chart in a cluster', noInstall), () => {
  const namespace = `sy-${randomBytes(3).toString('hex')}`;
  let cluster: Cluster;
  let values: string[];

  beforeAll(async () => {
    cluster = await Cluster.start();
    const isThere = await cluster.tried(['get', 'crd', DEFINITION]);
    values = setting([...EVERYTHING, `crd.install=${isThere.status !== 0}`]);
    await cluster.kubectl(['create', 'namespace', namespace]);
    const restricted = 'pod-security.kubernetes.io/warn=restricted';
    await cluster.kubectl(['label', 'namespace', namespace, restricted]);
  });

  afterAll(async () => {
    await cluster?.kubectl(['delete', 'namespace', namespace, '--wait=false']);
    await cluster?.stop();
  });

  const helm = (...args: string[]) =>
    withHelm('helm', [...args, `--namespace=${namespace}`], { KUBECONFIG: cluster.kubeconfig });

  const may = async (verb: string, resource: string, where: string, ...more: string[]) => {
    const user = `system:serviceaccount:${namespace}:sy-switchyard-operator`;
    const { stdout } = await cluster.tried([
      'auth',
      'can-i',
      verb,
      resource,
      '-n',
      where,
      `--as=${user}`,
      ...more,
    ]);
    return stdout.trim();
  };

  it('asks for nothing that the restricted Pod Security Standard forbids', async () => {
    const rendered = await template([...EVERYTHING, 'crd.install=false']);
    const { status, stderr } = await cluster.tried(
      ['apply', '--server-side', '--dry-run=server', '-n', namespace, '-f', '-'],
      rendered.replaceAll('namespace: models', `namespace: ${namespace}`),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('is installed, upgraded and taken away', async () => {
    expect(await helm('install', 'sy', CHART, ...values)).toContain('STATUS: deployed');
    const upgraded = await helm('upgrade', 'sy', CHART, ...values, '--set=trainer.replicas=3');
    expect(upgraded).toContain('REVISION: 2');
    const replicas = ['get', 'deployment', 'sy-switchyard-trainer', '-o=jsonpath={.spec.replicas}'];
    expect(await cluster.kubectl([...replicas, '-n', namespace])).toBe('3');
    expect(await may('patch', 'deployments.apps', 'default')).toBe('yes');
    expect(await may('patch', DEFINITION, 'default', '--subresource=status')).toBe('yes');
    expect(await may('get', 'secrets/switchyard-stores', 'default')).toBe('yes');
    expect(await may('get', 'secrets/another', 'default')).toBe('no');
    expect(await may('update', 'leases.coordination.k8s.io', namespace)).toBe('yes');
    expect(await may('update', 'leases.coordination.k8s.io', 'default')).toBe('no');
    const webhooks = `sy-switchyard-webhooks-${namespace}`;
    expect(await may('patch', `secrets/${webhooks}`, namespace)).toBe('yes');
    expect(await may('patch', `secrets/${webhooks}`, 'default')).toBe('no');
    const configurations = 'validatingwebhookconfigurations.admissionregistration.k8s.io';
    expect(await may('patch', `${configurations}/${webhooks}`, '')).toBe('yes');
    expect(await may('patch', `${configurations}/another`, '')).toBe('no');
    expect(await helm('uninstall', 'sy')).toContain('uninstalled');
  });

  it('is applied without helm, and a second time', async () => {
    const apply = ['apply', '--server-side', '--force-conflicts', '-f', 'install.yaml'];
    for (const _ of ['first', 'second']) {
      const { status, stderr } = await cluster.tried(apply);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
    await cluster.kubectl(['delete', 'validatingwebhookconfiguration', 'switchyard-webhooks-switchyard']);
    await cluster.kubectl(['delete', 'namespace', 'switchyard', '--wait=false']);
  });
});

function namesOf(rendered: readonly Resource[], kind: string): string[] {
  return rendered.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
}

/** What the only container of a part is started with, or its init container. */
function argsOf(
  rendered: readonly Resource[],
  kind: string,
  part: string,
  isInit = false,
): readonly string[] {
  const object = rendered.find(
    (one) => one.kind === kind && one.metadata.name.startsWith(`sy-switchyard-${part}`),
  );
  const { containers, initContainers = [] } = object!.spec!.template!.spec;
  return (isInit ? initContainers : containers)[0]!.args;
}

function objects(yaml: string): Resource[] {
  return parseAllDocuments(yaml)
    .map((document) => document.toJS() as Resource | null)
    .filter((object) => object !== null);
}

/** One for each verb on each resource: `get secrets. switchyard-stores`. */
function rightsOf({ apiGroups, resources, verbs, resourceNames = [''] }: Rule): string[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => resourceNames.map((name) => `${verb} ${resource}.${group} ${name}`)),
    ),
  );
}

/** Of every value that is not a map of others: `admin.service.port`. Maps that are handed on count as one. */
function pathsOf(value: unknown, path = ''): string[] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap || HANDED_ON.test(path) || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    pathsOf(inner, path === '' ? key : `${path}.${key}`),
  );
}

const HANDED_ON = /(^|\.)(resources|labels)$/;

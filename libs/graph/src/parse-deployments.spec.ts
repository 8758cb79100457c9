import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type Deployment,
  experimentOf,
  type GraphNode,
  InvalidDeploymentError,
  nodesOf,
  parseDeployments,
  parseManifest,
} from './index.js';

/** Not called `.yaml`, so that no formatter touches it: it is read as a team wrote it. */
const abTest = readFileSync(new URL('../fixtures/ab-test.yaml.txt', import.meta.url), 'utf8');

interface Fields {
  readonly [field: string]: unknown;
}

const parameter = (name: string, type: string, value: unknown) => ({ name, type, value });
const model = (name: string, more: Fields = {}) => ({ name, type: 'MODEL', ...more });

/** A deployment with one predictor and a container for each of these; YAML takes JSON. */
function manifest(
  graph: unknown,
  more: { predictor?: Fields; spec?: Fields; metadata?: Fields } = {},
): string {
  const containers = ['a', 'b', 'c', 'router'].map((name) => ({ name, image: `registry.example/${name}:1` }));
  const predictor = { name: 'main', componentSpecs: [{ spec: { containers } }], graph, ...more.predictor };
  return JSON.stringify({
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'test', ...more.metadata },
    spec: { predictors: [predictor], ...more.spec },
  });
}

function problemsIn(yaml: string): string[] {
  try {
    parseDeployments(yaml);
  } catch (error) {
    if (!(error instanceof InvalidDeploymentError)) throw error;
    expect(error.message).toBe(error.message.trim());
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

function only(yaml: string): Deployment {
  const deployments = parseDeployments(yaml);
  expect(deployments).toHaveLength(1);
  return deployments[0]!;
}

const graphOf = (yaml: string): GraphNode => only(yaml).predictors[0]!.graph;
const named = (root: GraphNode, name: string) => nodesOf(root).find((node) => node.name === name)!;

describe('the A/B deployment of the reference, section 5', () => {
  const deployment = only(abTest);
  const predictor = deployment.predictors[0]!;

  it('is read as it stands', () => {
    expect(deployment).toMatchObject({ namespace: 'default', name: 'ab-test' });
    expect(deployment.predictors).toHaveLength(1);
    expect(predictor).toMatchObject({
      name: 'ab-test-deployment',
      traffic: 100,
      shadow: false,
      env: { SELDON_ENABLE_ROUTING_INJECTION: 'true' },
      images: {
        transformer: 'registry.example/input-transformer:1',
        router: 'registry.example/router:1',
        'model-a': 'registry.example/model-infer:1',
        'model-b': 'registry.example/model-infer:1',
      },
    });
  });

  it('has the graph transformer, router, two models, with ports by container', () => {
    const rows = nodesOf(predictor.graph).map(({ name, type, path, endpoint }) => [
      name,
      type,
      path,
      endpoint,
    ]);
    const root = 'spec.predictors[0].graph';
    const at = (place: number) => ({
      type: 'REST',
      host: 'localhost',
      httpPort: 9000 + place,
      grpcPort: 9500 + place,
    });
    expect(rows).toEqual([
      ['transformer', 'TRANSFORMER', root, at(0)],
      ['router', 'ROUTER', `${root}.children[0]`, at(1)],
      ['model-a', 'MODEL', `${root}.children[0].children[0]`, at(2)],
      ['model-b', 'MODEL', `${root}.children[0].children[1]`, at(3)],
    ]);
  });

  it('converts parameters by their type', () => {
    expect(named(predictor.graph, 'router').parameters).toEqual([
      { name: 'n_branches', type: 'INT', value: 2 },
    ]);
    expect(named(predictor.graph, 'model-b').parameters).toEqual([
      { name: 'container_name', type: 'STRING', value: 'large' },
      { name: 'run_name', type: 'STRING', value: 'run-9' },
    ]);
  });

  it('holds no experiment: its router is a component', () => {
    expect(nodesOf(predictor.graph).map(experimentOf)).toEqual([null, null, null, null]);
  });

  it('names node and parameter where a template left a value empty', () => {
    const template = abTest.replace('value: run-9}', 'value: }');
    expect(problemsIn(template)).toEqual([
      'spec.predictors[0].graph.children[0].children[1].parameters[1].value: ' +
        'expected a string, got null (parameter "run_name" of node "model-b")',
    ]);
  });
});

describe('documents', () => {
  const one = manifest(model('a'));

  it.each(['v1', 'v1alpha2', 'v1alpha3'])('takes apiVersion %s', (version) => {
    expect(only(one.replace('seldon.io/v1"', `seldon.io/${version}"`)).name).toBe('test');
  });

  it('takes several, and passes over other kinds and empty ones', () => {
    const two = manifest(model('a'), { metadata: { name: 'second', namespace: 'team' } });
    const text = `---\n${one}\n---\nkind: Service\nspec: 7\n---\n# nothing\n---\n${two}\n`;
    expect(parseDeployments(text).map(({ namespace, name }) => [namespace, name])).toEqual([
      ['default', 'test'],
      ['team', 'second'],
    ]);
  });

  it('says in which document a problem is', () => {
    const text = `${one}\n---\n${manifest({ name: 'x', type: 'MODEL' }, { metadata: { name: 'other' } })}`;
    expect(problemsIn(text)).toEqual([
      'documents[1].spec.predictors[0].graph: ' +
        'Can\'t find container for Predictive Unit: no container is called "x"',
    ]);
  });

  it.each([
    ['nothing', '', ': expected a document of kind SeldonDeployment, got none'],
    ['another kind', 'kind: Pod', ': expected a document of kind SeldonDeployment, got none'],
    ['no kind', 'metadata: {name: x}', 'kind: expected SeldonDeployment, got nothing'],
    ['a list', '- 1', 'kind: expected SeldonDeployment, got nothing'],
    ['text', 'hello', 'kind: expected SeldonDeployment, got nothing'],
    [
      'a duplicate key',
      'kind: SeldonDeployment\nkind: SeldonDeployment',
      'line 2, column 1: Map keys must be unique',
    ],
    ['a loop of aliases', 'kind: &k [*k]', ': nested more than 128 levels deep'],
    ['deep nesting', `kind: ${'['.repeat(50_000)}`, 'nested more than 128 levels deep'],
    ['deep blocks', '- '.repeat(50_000), 'line 1, column 256: nested more than 128 levels deep'],
    ['a large file', 'x'.repeat(2_000_000), ': expected at most 1048576 characters, got 2000000'],
    ['another version', one.replace('io/v1', 'io/v2'), 'apiVersion: expected one of machinelearning'],
    ['the same name twice', `${one}\n---\n${one}`, 'metadata.name: duplicate deployment default/test'],
  ])('refuses %s', (_case, text, problem) => {
    expect(problemsIn(text).join('\n')).toContain(problem);
  });

  it('refuses an object of the API whose graph is thousands of levels deep', () => {
    let graph: unknown = model('leaf');
    for (let level = 0; level < 10_000; level++) graph = model(`n${level}`, { children: [graph] });
    const parsing = () => parseManifest({ spec: { predictors: [{ name: 'main', graph }] } });
    expect(parsing).toThrow(InvalidDeploymentError);
    expect(parsing).toThrow('nested more than 128 levels deep');
  });

  it('refuses an alias bomb', () => {
    const levels = 'bcdefghi'.split('').map((name, index) => {
      const alias = `*${'abcdefghi'[index]}`;
      return `${name}: &${name} [${Array(9).fill(alias).join(',')}]`;
    });
    expect(problemsIn(`a: &a [x,x,x,x,x,x,x,x,x]\n${levels.join('\n')}`)[0]).toContain(
      'Excessive alias count',
    );
  });

  it('says line and column of broken YAML', () => {
    expect(problemsIn('kind: SeldonDeployment\nspec: {a: [1\n')[0]).toMatch(/^line \d+, column \d+: /);
  });

  it('lets keys that it does not know, and __proto__, do nothing', () => {
    const text = `{"__proto__": {"polluted": true}, "later": 1, ${manifest(model('a', { later: { x: 1 } })).slice(1)}`;
    expect(only(text).name).toBe('test');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    const annotated = manifest(model('a'), { spec: JSON.parse('{"annotations":{"__proto__":"x","k":"v"}}') });
    expect(Object.entries(only(annotated).annotations)).toEqual([['k', 'v']]);
  });
});

describe('defaults', () => {
  it('makes a node without type, methods and implementation a MODEL', () => {
    expect(graphOf(manifest({ name: 'a' })).type).toBe('MODEL');
    expect(graphOf(manifest({ name: 'a', methods: [], children: [] })).type).toBe('MODEL');
    expect(graphOf(manifest({ name: 'a', methods: ['ROUTE'] })).type).toBe('UNKNOWN_TYPE');
    expect(graphOf(manifest({ name: 'a' })).implementation).toBe('UNKNOWN_IMPLEMENTATION');
  });

  it('makes a model server a MODEL, whatever its type says, and needs no container', () => {
    const node = graphOf(
      manifest({ name: 'x', type: 'ROUTER', implementation: 'SKLEARN_SERVER', modelUri: 'gs://m' }),
    );
    expect(node).toMatchObject({ type: 'MODEL', modelUri: 'gs://m', endpoint: { httpPort: 9004 } });
  });

  it.each([
    ['SIMPLE_MODEL', 'MODEL'],
    ['AVERAGE_COMBINER', 'COMBINER'],
  ])('gives %s its type', (implementation, type) => {
    expect(graphOf(manifest({ name: 'x', implementation })).type).toBe(type);
  });

  it('takes null for absent', () => {
    const node = { ...model('a'), children: null, parameters: null, methods: null, endpoint: null };
    const deployment = only(
      manifest(node, { predictor: { annotations: null, traffic: null, svcOrchSpec: null } }),
    );
    expect(deployment.predictors[0]).toMatchObject({ traffic: 100, env: {}, graph: { children: [] } });
  });

  it('lays annotations of the predictor over those of the deployment', () => {
    const text = manifest(model('a'), {
      metadata: { annotations: { x: 'metadata', y: 'metadata', z: 'metadata' } },
      spec: { annotations: { y: 'spec', z: 'spec' } },
      predictor: { annotations: { z: 'predictor' } },
    });
    expect(only(text).annotations).toEqual({ x: 'metadata', y: 'spec', z: 'spec' });
  });

  it('finds components of another pod by their service, and ports by their names', () => {
    const long = `c${'-long'.repeat(10)}`;
    const longest = `c${'-long'.repeat(11)}`;
    const http = { name: 'http', containerPort: 7000 };
    const inOtherPod = [{ name: 'b', ports: [http] }, { name: long }, { name: longest }];
    const componentSpecs = [{ spec: { containers: [{ name: 'a' }] } }, { spec: { containers: inOtherPod } }];
    const graph = model('a', { children: [model('b'), model(long), model(longest)] });
    const text = manifest(graph, { predictor: { componentSpecs }, metadata: { namespace: 'team' } });
    const endpoints = nodesOf(graphOf(text)).map(({ endpoint }) => endpoint);
    const other = 'team.svc.cluster.local.';
    // printf test-main-c-long-long-long-long-long-long-long-long-long-long-long | md5sum
    const md5 = '66d10481b2c6cf998d085c7f6fd75500';
    expect(endpoints).toEqual([
      { type: 'REST', host: 'localhost', httpPort: 9000, grpcPort: 9500 },
      { type: 'REST', host: `test-main-b.${other}`, httpPort: 7000, grpcPort: 9501 },
      { type: 'REST', host: `test-main-${long}.${other}`, httpPort: 9002, grpcPort: 9502 },
      { type: 'REST', host: `seldon-${md5}.${other}`, httpPort: 9003, grpcPort: 9503 },
    ]);
  });

  it('gives ports to containers first, then to model servers, and none to an experiment', () => {
    const server = (name: string) => ({ name, implementation: 'ONNX_SERVER', modelUri: 'file://m' });
    const children = [server('x'), server('y'), model('a')];
    const graph = graphOf(manifest({ name: 'e', implementation: 'RANDOM', children }));
    const ports = nodesOf(graph).map(({ name, endpoint }) => [name, endpoint.httpPort]);
    expect(Object.fromEntries(ports)).toEqual({ e: 0, x: 9004, y: 9005, a: 9000 });
  });

  it('takes the address of a node without a container', () => {
    const endpoint = { type: 'GRPC', service_host: '10.0.0.7', service_port: 5001 };
    expect(graphOf(manifest(model('x', { endpoint }))).endpoint).toEqual({
      type: 'GRPC',
      host: '10.0.0.7',
      httpPort: 9000,
      grpcPort: 5001,
    });
  });

  it.each([
    ['INT', '-7', -7],
    ['FLOAT', '1e-3', 0.001],
    ['DOUBLE', ' .5', 0.5],
    ['STRING', '', ''],
    ['BOOL', 'True', true],
    ['BOOL', 'off', false],
  ])('converts %s "%s"', (type, text, value) => {
    const parameters = [parameter('p', type, text)];
    expect(graphOf(manifest(model('a', { parameters }))).parameters).toEqual([{ name: 'p', type, value }]);
  });
});

describe('predictors', () => {
  const predictor = (name: string, more: Fields = {}) => ({
    name,
    componentSpecs: [{ spec: { containers: [{ name: 'a' }] } }],
    graph: model('a'),
    ...more,
  });
  const predictors = (...list: unknown[]) => manifest(null, { spec: { predictors: list } });

  it('share the traffic', () => {
    const text = predictors(predictor('x', { traffic: 75 }), predictor('y', { traffic: 25 }));
    expect(only(text).predictors.map(({ traffic }) => traffic)).toEqual([75, 25]);
  });

  it('has 100 for the one that is no shadow', () => {
    const text = predictors(predictor('x'), predictor('y', { shadow: true }));
    expect(only(text).predictors.map(({ traffic, shadow }) => [traffic, shadow])).toEqual([
      [100, false],
      [0, true],
    ]);
  });

  it.each([
    ['none', predictors(), 'spec.predictors: Graph contains no predictors'],
    [
      'no list',
      manifest(null, { spec: { predictors: undefined } }),
      'spec.predictors: Graph contains no predictors: expected a list, got nothing',
    ],
    [
      'a sum of 90',
      predictors(predictor('x', { traffic: 60 }), predictor('y', { traffic: 30 })),
      'spec.predictors: Traffic must sum to 100 for multiple predictors, got 90',
    ],
    [
      'no shares',
      predictors(predictor('x'), predictor('y')),
      'spec.predictors: Traffic must sum to 100 for multiple predictors, got 0',
    ],
    [
      '90 for a single one',
      predictors(predictor('x', { traffic: 90 })),
      'spec.predictors[0].traffic: Traffic must sum be 100 for a single predictor when set, got 90',
    ],
    [
      'more than 100',
      predictors(predictor('x', { traffic: 101 })),
      'spec.predictors[0].traffic: expected at most 100, got 101',
    ],
    [
      'a share of text',
      predictors(predictor('x', { traffic: '100' })),
      'spec.predictors[0].traffic: expected a number, got "100"',
    ],
    [
      'equal names',
      predictors(predictor('x', { traffic: 50 }), predictor('x', { traffic: 50 })),
      'spec.predictors[1].name: Duplicate predictor name: "x"',
    ],
    [
      'only a shadow',
      predictors(predictor('x', { shadow: true })),
      'spec.predictors[0].shadow: Shadow can not exist as only predictor',
    ],
    [
      'two shadows',
      predictors(predictor('x'), predictor('y', { shadow: true }), predictor('z', { shadow: true })),
      'spec.predictors[2].shadow: Multiple shadows are not allowed',
    ],
    [
      'mixed endpoints',
      manifest(
        model('a', { endpoint: { type: 'REST' }, children: [model('b', { endpoint: { type: 'GRPC' } })] }),
      ),
      'spec: Multiple endpoint.types found: expected one for all nodes, got REST, GRPC',
    ],
    [
      'endpoints against the transport',
      manifest(model('a', { endpoint: { type: 'REST' } }), { spec: { transport: 'grpc' } }),
      'spec.transport: Mixed transport types found: grpc here, but endpoints of REST',
    ],
    [
      'an unknown protocol',
      manifest(model('a'), { spec: { protocol: 'v3' } }),
      'spec.protocol: Invalid protocol: expected one of seldon, tensorflow, kfserving, v2, got "v3"',
    ],
    [
      'an unknown transport',
      manifest(model('a'), { spec: { transport: 'tcp' } }),
      'spec.transport: Invalid transport: expected one of rest, grpc, got "tcp"',
    ],
    [
      'an unknown server type',
      manifest(model('a'), { spec: { serverType: 'x' } }),
      'spec.serverType: Invalid serverType: expected one of rpc, kafka, got "x"',
    ],
    [
      'a deployment name of capitals',
      manifest(model('a'), { metadata: { name: 'Test' } }),
      'metadata.name: expected a DNS label: at most 63 lower-case letters, digits and "-", ' +
        'with a letter or digit at both ends, got "Test"',
    ],
    [
      'a namespace of 64 letters',
      manifest(model('a'), { metadata: { namespace: 'x'.repeat(64) } }),
      'metadata.namespace: expected a DNS label',
    ],
    [
      'no name',
      manifest(model('a'), { metadata: { name: undefined } }),
      'metadata.name: expected a string, got nothing',
    ],
    [
      'an annotation of a number',
      manifest(model('a'), { metadata: { annotations: { 'a.b/c': 1 } } }),
      'metadata.annotations["a.b/c"]: expected a string, got 1',
    ],
  ])('refuses %s', (_case, text, problem) => {
    expect(problemsIn(text)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('nodes', () => {
  const abtest = (more: Fields = {}, children: unknown[] = [model('a'), model('b')]) => ({
    name: 'ab',
    implementation: 'RANDOM_ABTEST',
    parameters: [parameter('ratioA', 'FLOAT', '0.5')],
    children,
    ...more,
  });
  const at = 'spec.predictors[0].graph';

  it.each([
    [
      'an empty child',
      model('a', { children: [{}] }),
      `${at}.children[0].name: expected a string, got nothing`,
    ],
    ['a null child', model('a', { children: [null] }), `${at}.children[0]: expected a mapping, got null`],
    [
      'children that are no list',
      model('a', { children: {} }),
      `${at}.children: expected a list, got a mapping`,
    ],
    ['no graph', undefined, `${at}: expected a mapping, got nothing`],
    ['an unknown type', { name: 'a', type: 'MODELL' }, `${at}.type: expected one of UNKNOWN_TYPE, ROUTER,`],
    [
      'an unknown method',
      { name: 'a', methods: ['GUESS'] },
      `${at}.methods[0]: expected one of TRANSFORM_INPUT,`,
    ],
    [
      'an unknown implementation',
      { name: 'a', implementation: 'MAGIC' },
      `${at}.implementation: No entry in predictors map for MAGIC: expected one of RANDOM_ABTEST,`,
    ],
    [
      'an implementation called like a member of every object',
      { name: 'a', implementation: 'constructor' },
      `${at}.implementation: No entry in predictors map for constructor`,
    ],
    ['a name with a space', model('a b'), `${at}.name: expected a name of at most 63 letters, digits,`],
    ['a name of 64 letters', model('a'.repeat(64)), `${at}.name: expected a name of at most 63`],
    ['the name __proto__', model('__proto__'), `${at}.name: expected a name of at most 63`],
    [
      'no container',
      model('x'),
      `${at}: Can't find container for Predictive Unit: no container is called "x"`,
    ],
    [
      'an unknown type without methods',
      { name: 'a', type: 'UNKNOWN_TYPE' },
      `${at}.methods: Predictive Unit has no implementation methods defined`,
    ],
    [
      'a server without a model',
      { name: 'x', implementation: 'ONNX_SERVER' },
      `${at}.modelUri: Predictive unit modelUri required when using standalone servers: ONNX_SERVER`,
    ],
    [
      'a type that the implementation has not',
      { name: 'x', type: 'ROUTER', implementation: 'SIMPLE_MODEL' },
      `${at}.type: expected MODEL for SIMPLE_MODEL, or none, got ROUTER`,
    ],
    [
      'duplicate names',
      model('a', { children: [model('b', { children: [model('a')] })] }),
      `${at}.children[0].children[0].name: duplicate node name "a", which ${at} has already`,
    ],
    [
      'a router without children',
      { name: 'router', type: 'ROUTER' },
      `${at}.children: a ROUTER needs at least one child`,
    ],
    [
      'a router with an empty list',
      { name: 'router', type: 'ROUTER', children: [] },
      `${at}.children: a ROUTER needs at least one child, got none`,
    ],
    ['a logger without mode', model('a', { logger: {} }), `${at}.logger.mode: No logger mode specified`],
    [
      'a parameter without a value',
      model('a', { parameters: [{ name: 'p', type: 'INT' }] }),
      `${at}.parameters[0].value: expected a string, got nothing (parameter "p" of node "a")`,
    ],
    [
      'a parameter with a number',
      model('a', { parameters: [parameter('p', 'INT', 2)] }),
      `${at}.parameters[0].value: expected a string, got 2 (parameter "p" of node "a")`,
    ],
    [
      'a parameter of no type',
      model('a', { parameters: [{ name: 'p', value: '1' }] }),
      `${at}.parameters[0].type: expected one of INT, FLOAT, DOUBLE, STRING, BOOL, got nothing (parameter "p"`,
    ],
    [
      'two parameters of one name',
      model('a', { parameters: [parameter('p', 'INT', '1'), parameter('p', 'INT', '2')] }),
      `${at}.parameters[1].name: duplicate name (parameter "p" of node "a")`,
    ],
    ...[
      ['INT', '1.5'],
      ['INT', ''],
      ['INT', '9007199254740993'],
      ['FLOAT', 'abc'],
      ['FLOAT', '1e999'],
      ['DOUBLE', 'nan'],
      ['BOOL', 'maybe'],
    ].map(([type, text]): [string, unknown, string] => [
      `"${text}" as ${type}`,
      model('a', { parameters: [parameter('p', type!, text)] }),
      `${at}.parameters[0].value: expected a value of type ${type}, got "${text}" (parameter "p" of node "a")`,
    ]),
    [
      'RANDOM_ABTEST without ratioA',
      abtest({ parameters: [] }),
      `${at}.parameters: RANDOM_ABTEST needs the parameter ratioA`,
    ],
    [
      'RANDOM_ABTEST with ratioA under another name',
      abtest({ parameters: [parameter('ratio', 'FLOAT', '0.5')] }),
      `${at}.parameters[0].name: expected one of ratioA, floor, reward_min,`,
    ],
    [
      'RANDOM_ABTEST with a ratioA of text',
      abtest({ parameters: [parameter('ratioA', 'FLOAT', 'half')] }),
      `${at}.parameters[0].value: expected a value of type FLOAT, got "half" (parameter "ratioA" of node "ab")`,
    ],
    [
      'RANDOM_ABTEST with a STRING for ratioA',
      abtest({ parameters: [parameter('ratioA', 'STRING', '0.5')] }),
      `${at}.parameters[0].type: expected INT, FLOAT or DOUBLE, got STRING (parameter "ratioA" of node "ab")`,
    ],
    ...['1.5', '-0.1'].map((ratio): [string, unknown, string] => [
      `RANDOM_ABTEST with ratioA ${ratio}`,
      abtest({ parameters: [parameter('ratioA', 'FLOAT', ratio)] }),
      `${at}.parameters[0].value: ratioA must be between 0 and 1, got ${ratio}`,
    ]),
    [
      'RANDOM_ABTEST with one child',
      abtest({}, [model('a')]),
      `${at}.children: RANDOM_ABTEST needs exactly 2 children, got 1`,
    ],
    [
      'RANDOM_ABTEST with three children',
      abtest({}, [model('a'), model('b'), model('c')]),
      `${at}.children: RANDOM_ABTEST needs exactly 2 children, got 3`,
    ],
    [
      'RANDOM_ABTEST that is a MODEL',
      abtest({ type: 'MODEL' }),
      `${at}.type: expected ROUTER for RANDOM_ABTEST, or none, got MODEL`,
    ],
    [
      'an experiment without children',
      { name: 'x', implementation: 'EPSILON_GREEDY' },
      `${at}.children: EPSILON_GREEDY needs at least one child, got 0`,
    ],
    ...(
      [
        [
          'EPSILON_GREEDY',
          parameter('epsilon', 'FLOAT', '2'),
          'value: epsilon must be between 0 and 1, got 2',
        ],
        [
          'EPSILON_GREEDY',
          parameter('epsillon', 'FLOAT', '0.1'),
          'name: expected one of epsilon, decay, floor,',
        ],
        [
          'EPSILON_GREEDY',
          parameter('n_branches', 'INT', '2'),
          'name: expected one of epsilon, decay, floor,',
        ],
        ['THOMPSON_SAMPLING', parameter('alpha', 'FLOAT', '0'), 'value: alpha must be between 0.001 and'],
        [
          'THOMPSON_SAMPLING',
          parameter('floor', 'FLOAT', '0.6'),
          'value: floor must be between 0 and 0.5, got 0.6',
        ],
        [
          'RANDOM',
          parameter('attribution_window_seconds', 'INT', '0'),
          'value: attribution_window_seconds must be above 0',
        ],
        ['WEIGHTED', parameter('weights', 'STRING', '0.9'), 'value: weights must be 2 numbers with commas'],
        [
          'WEIGHTED',
          parameter('weights', 'STRING', '0,0'),
          'value: weights must be shares that sum to 1, got 0',
        ],
        [
          'WEIGHTED',
          parameter('weights', 'STRING', '-1,2'),
          'value: weights.a must be a finite number of at least 0',
        ],
        ['WEIGHTED', parameter('weights', 'STRING', 'NaN,1'), 'value: weights must be 2 numbers with commas'],
        ['WEIGHTED', parameter('weights', 'STRING', '1,'), 'value: weights must be 2 numbers with commas'],
        ['WEIGHTED', parameter('weights', 'FLOAT', '1'), 'type: expected STRING, got FLOAT'],
      ] as const
    ).map(([implementation, one, problem]): [string, unknown, string] => [
      `${implementation} with ${one.name} ${one.value}`,
      { name: 'x', implementation, parameters: [one], children: [model('a'), model('b')] },
      `${at}.parameters[0].${problem}`,
    ]),
    [
      'WEIGHTED without weights',
      { name: 'x', implementation: 'WEIGHTED', children: [model('a'), model('b')] },
      `${at}.parameters: WEIGHTED needs the parameter weights, got none`,
    ],
    [
      'a reward range upside down',
      {
        name: 'x',
        implementation: 'RANDOM',
        children: [model('a')],
        parameters: [parameter('reward_min', 'INT', '2'), parameter('reward_max', 'INT', '1')],
      },
      `${at}.parameters[1].value: reward_max must be above reward_min, which is 2, got 1`,
    ],
    [
      'a default reward outside of its range',
      {
        name: 'x',
        implementation: 'RANDOM',
        children: [model('a')],
        parameters: [
          parameter('reward_min', 'INT', '0'),
          parameter('reward_max', 'INT', '1'),
          parameter('default_reward', 'FLOAT', '-0.5'),
        ],
      },
      `${at}.parameters[2].value: default_reward must be between 0 and 1, got -0.5`,
    ],
  ])('refuses %s', (_case, graph, problem) => {
    expect(problemsIn(manifest(graph))).toEqual([expect.stringContaining(problem)]);
  });

  it('lists every problem', () => {
    const graph = model('x', { children: [abtest({ parameters: [] }), { name: 'router', type: 'ROUTER' }] });
    expect(problemsIn(manifest(graph, { predictor: { traffic: 90 } }))).toHaveLength(4);
    const shapes = {
      name: 1,
      type: 'X',
      children: [{}, { name: 'a', parameters: [parameter('p', 'INT', null)] }],
    };
    expect(problemsIn(manifest(shapes))).toHaveLength(4);
  });

  it('parses a graph of 30 levels', () => {
    let graph: Fields = { name: 'n0', implementation: 'SIMPLE_MODEL' };
    for (let level = 1; level < 30; level++) {
      graph = { name: `n${level}`, implementation: 'SIMPLE_MODEL', children: [graph] };
    }
    expect(nodesOf(graphOf(manifest(graph)))).toHaveLength(30);
  });
});

describe('experimentOf', () => {
  const spec = (implementation: string, parameters: unknown[], more: Fields = {}) =>
    experimentOf(
      graphOf(
        manifest({ name: 'x', implementation, parameters, children: [model('a'), model('b')], ...more }),
      ),
    );

  it.each([undefined, 'ROUTER', 'UNKNOWN_TYPE'])('reads RANDOM_ABTEST of type %s', (type) => {
    expect(spec('RANDOM_ABTEST', [parameter('ratioA', 'FLOAT', '0.75')], { type })).toEqual({
      policy: 'weighted',
      options: { weights: { a: 0.75, b: 0.25 }, floor: 0 },
      arms: ['a', 'b'],
      metric: {},
    });
  });

  it.each([
    ['RANDOM', [], 'random', { floor: 0 }],
    [
      'WEIGHTED',
      [parameter('weights', 'STRING', '0.2, 0.8')],
      'weighted',
      { weights: { a: 0.2, b: 0.8 }, floor: 0 },
    ],
    [
      'EPSILON_GREEDY',
      [parameter('epsilon', 'DOUBLE', '0.2'), parameter('floor', 'FLOAT', '0.05')],
      'epsilon-greedy',
      { epsilon: 0.2, decay: 0, floor: 0.05 },
    ],
    [
      'THOMPSON_SAMPLING',
      [parameter('alpha', 'INT', '2')],
      'thompson-sampling',
      { alpha: 2, beta: 1, floor: 0.01 },
    ],
  ])('reads %s', (implementation, parameters, policy, options) => {
    expect(spec(implementation, parameters)).toMatchObject({ policy, options, arms: ['a', 'b'] });
  });

  it('reads the metric, and leaves out what is not said', () => {
    const metric = spec('RANDOM', [
      parameter('reward_min', 'INT', '-1'),
      parameter('reward_max', 'FLOAT', '2.5'),
      parameter('attribution_window_seconds', 'INT', '60'),
      parameter('default_reward', 'DOUBLE', '0'),
    ])!.metric;
    expect(metric).toEqual({ min: -1, max: 2.5, windowSeconds: 60, defaultReward: 0 });
    expect(Object.keys(spec('RANDOM', [])!.metric)).toEqual([]);
  });

  it('refuses a node that was not parsed', () => {
    const node = graphOf(manifest({ name: 'x', implementation: 'RANDOM', children: [model('a')] }));
    expect(() => experimentOf({ ...node, children: [] })).toThrow(InvalidDeploymentError);
  });
});

import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Call, nodesOf, type Predictor, parseDeployments } from '#graph';
import { Message } from '#protocol';
import { serveGrpc } from '#testing';
import { readComponents } from './component-map.js';
import { type ComponentSet, createComponents } from './create-components.js';
import { UnusableComponentError } from './errors.js';

const folder = await mkdtemp(join(tmpdir(), 'create-components-'));
const call = new Call('puid-1');
const message = Message.ofValue({ data: { ndarray: [[1]] } });

const closers: (() => unknown)[] = [];
afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

/** The form of the A/B deployments that teams have: one image for both models, told apart by a parameter. */
function abTest({ annotations = '{}', modelB = '' } = {}): Predictor {
  const model = (name: string, run: string) =>
    `{name: ${name}, endpoint: {type: REST}, type: MODEL, children: [], ` +
    `parameters: [{name: run_name, type: STRING, value: ${run}}]}`;
  const [deployment] = parseDeployments(`
apiVersion: machinelearning.seldon.io/v1alpha2
kind: SeldonDeployment
metadata: {name: ab-test}
spec:
  predictors:
  - name: main
    annotations: ${annotations}
    componentSpecs:
    - spec: {containers: [{name: model-a, image: "model:1"}, {name: model-b, image: "model:1"}]}
    graph:
      name: router
      implementation: RANDOM_ABTEST
      parameters: [{name: ratioA, type: FLOAT, value: '0.5'}]
      children: [${model('model-a', 'run-3')}, ${modelB || model('model-b', 'run-9')}]
`);
  return deployment!.predictors[0]!;
}

async function create(predictor: Predictor, components: string): Promise<ComponentSet> {
  const file = join(folder, 'components.yaml');
  await writeFile(file, components);
  const set = await createComponents(predictor, {
    folder,
    components: await readComponents(file),
    namespace: 'default',
    deployment: 'ab-test',
    log: () => undefined,
  });
  closers.push(() => set.close());
  return set;
}

function nodeNamed(predictor: Predictor, name: string) {
  return nodesOf(predictor.graph).find((node) => node.name === name)!;
}

describe('createComponents', () => {
  it('lets two nodes share a class and differ by their parameters', async () => {
    await writeFile(
      join(folder, 'model.js'),
      'export default class { constructor(p) { this.p = p; } predict() { return this.p.run_name; } }',
    );
    const predictor = abTest();
    const set = await create(predictor, 'model-a: {class: ./model.js}\nmodel-b: {class: ./model.js}');
    const answers = ['model-a', 'model-b'].map((name) =>
      set.componentOf(nodeNamed(predictor, name)).predict(message, call),
    );
    expect((await Promise.all(answers)).map(({ value }) => (value as { strData: string }).strData)).toEqual([
      'run-3',
      'run-9',
    ]);
  });

  it('hands a class the local path of its modelUri', async () => {
    await writeFile(join(folder, 'weights.txt'), '7');
    await writeFile(
      join(folder, 'reader.js'),
      "import { readFileSync } from 'node:fs';\n" +
        "export default class { constructor(p) { this.text = readFileSync(p.model_uri, 'utf8'); } predict() { return this.text; } }",
    );
    const predictor = abTest({
      modelB: '{name: model-b, type: MODEL, modelUri: "file://weights.txt", children: []}',
    });
    const set = await create(predictor, 'model-a: {class: ./model.js}\nmodel-b: {class: ./reader.js}');
    const answer = await set.componentOf(nodeNamed(predictor, 'model-b')).predict(message, call);
    expect(answer.value).toMatchObject({ strData: '7' });
  });

  it('refuses a modelUri that leads out of the folder, whatever runs the node', async () => {
    const predictor = abTest({
      modelB: '{name: model-b, type: MODEL, modelUri: "../../etc/passwd", children: []}',
    });
    const started = create(predictor, 'model-a: {class: ./model.js}\nmodel-b: {class: ./model.js}');
    await expect(started).rejects.toThrow(/model-b.*modelUri/);
  });

  it('cuts calls at the time that the annotation gives', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(
      () => server.close(),
      () => server.closeAllConnections(),
    );
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const predictor = abTest({ annotations: "{seldon.io/rest-timeout: '40'}" });
    const set = await create(predictor, `model-a: {url: "${url}"}\nmodel-b: {url: "${url}"}`);
    const answer = set.componentOf(nodeNamed(predictor, 'model-a')).predict(message, call);
    await expect(answer).rejects.toMatchObject({
      node: 'model-a',
      reason: 'MICROSERVICE_TIMEOUT',
      info: `model-a: POST ${url}/predict: no answer within 40 ms`,
    });
  });

  it.each([
    ['grpc-max-message-size', '90', /RESOURCE_EXHAUSTED: .*\(\d+ vs 90\)/],
    ['grpc-timeout', '40', /DEADLINE_EXCEEDED/],
  ])('keeps to %s over gRPC', async (annotation, limit, problem) => {
    const { url, kill } = await serveGrpc({
      Model: {
        Predict: () =>
          annotation === 'grpc-timeout' ? new Promise(() => undefined) : { strData: 'x'.repeat(100) },
      },
    });
    closers.push(kill);
    const predictor = abTest({ annotations: `{seldon.io/${annotation}: '${limit}'}` });
    const set = await create(predictor, `model-a: {url: "${url}"}\nmodel-b: {url: "${url}"}`);
    const answer = set.componentOf(nodeNamed(predictor, 'model-a')).predict(message, call);
    await expect(answer).rejects.toMatchObject({ info: expect.stringMatching(problem) });
  });

  it('calls a remote node over gRPC where its endpoint says so', async () => {
    const endpoint = '{type: GRPC, service_host: 127.0.0.2, service_port: 9}';
    const [deployment] = parseDeployments(`
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: {name: far}
spec: {predictors: [{name: main, graph: {name: far, type: MODEL, endpoint: ${endpoint}}}]}
`);
    const [predictor] = deployment!.predictors;
    const set = await create(predictor!, '');
    await expect(set.componentOf(predictor!.graph).predict(message, call)).rejects.toMatchObject({
      reason: 'MICROSERVICE_UNREACHABLE',
      info: expect.stringContaining('far: /seldon.protos.Model/Predict of grpc://127.0.0.2:9: UNAVAILABLE'),
    });
  });

  it.each([
    ['rest-timeout', 'milliseconds', '0'],
    ['rest-timeout', 'milliseconds', '-1'],
    ['rest-timeout', 'milliseconds', 'soon'],
    ['grpc-timeout', 'milliseconds', '1.5'],
    ['grpc-max-message-size', 'bytes', '2147483648'],
  ])('refuses the annotation %s in %s when it is %s', async (annotation, unit, text) => {
    const predictor = abTest({ annotations: `{seldon.io/${annotation}: '${text}'}` });
    await expect(create(predictor, '')).rejects.toThrow(
      `seldon.io/${annotation} must be a positive whole number of ${unit}, got ${text}`,
    );
  });

  it('says of a node that nothing runs where to add it', async () => {
    const start = create(abTest(), 'model-a: {url: "http://127.0.0.1:9"}');
    await expect(start).rejects.toBeInstanceOf(UnusableComponentError);
    await expect(start).rejects.toThrow(
      /^model-b: .*spec\.predictors\[0\]\.graph\.children\[1\].* add it to components\.yaml/,
    );
  });

  it('asks for no component of the experiment itself', async () => {
    const predictor = abTest();
    const set = await create(predictor, 'model-a: {url: "http://h"}\nmodel-b: {url: "http://h"}');
    expect(() => set.componentOf(nodeNamed(predictor, 'router'))).toThrow(UnusableComponentError);
  });

  it('ends what it has started when a later node fails', async () => {
    const pidFile = join(folder, 'pid');
    await writeFile(
      join(folder, 'late.mjs'),
      `import { existsSync } from 'node:fs';
      export default class {
        async load() {
          while (!existsSync('${pidFile}')) await new Promise(setImmediate);
          throw new Error('no model after all');
        }
      }`,
    );
    const script = `require('fs').writeFileSync('pid.part', '' + process.pid);
      require('fs').renameSync('pid.part', 'pid'); setInterval(() => {}, 1000);`;
    const command = JSON.stringify([process.execPath, '-e', script]);
    const start = create(abTest(), `model-a: {command: ${command}}\nmodel-b: {class: ./late.mjs}`);
    await expect(start).rejects.toThrow('late.mjs: load() threw: no model after all');
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it.each([
    ['SKLEARN_SERVER', 'such as MLServer or Triton: "{url: http://host:port, protocol: v2, model: name}"'],
    ['TENSORFLOW_SERVER', 'TensorFlow Serving: "{url: http://host:port, protocol: tensorflow, model: name}"'],
  ])('says of %s what can serve its model', async (implementation, hint) => {
    const predictor = abTest({
      modelB: `{name: server, implementation: ${implementation}, modelUri: "gs://b/m", children: []}`,
    });
    await expect(create(predictor, 'model-a: {class: ./model.js}')).rejects.toThrow(hint);
  });

  it('refuses a datatype that no server knows', async () => {
    const predictor = abTest({
      modelB:
        '{name: model-b, type: MODEL, children: [], parameters: [{name: datatype, type: STRING, value: FLOAT}]}',
    });
    const components = 'model-a: {class: ./model.js}\nmodel-b: {url: "http://127.0.0.1:1", protocol: v2}';
    await expect(create(predictor, components)).rejects.toThrow(
      'model-b: parameter datatype must be one of UINT8, UINT16',
    );
  });
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { declareExperiment, type Experiment, ExperimentStore } from '#experiments';
import { type Deployment, nodesOf, parseDeployments, recordedChoiceOf } from '#graph';
import { type RouterConfig, type RunningRouter, startRouter } from '#router';
import { StorageModule } from '#storage';
import { testDatabase, testRedisUrl, testRouterUrl } from '#testing';

type Behaviour = (response: ServerResponse, body: string, request: IncomingMessage) => void;

export const answers =
  (text: string, status = 200, type = 'application/json'): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': type }).end(text);
  };

/** A real server with components whose behaviour a test sets: `on('model-a', ...)`; they echo until then. */
export class Components {
  readonly calls: { readonly path: string; readonly body: string; readonly puid: unknown }[] = [];
  private readonly behaviours = new Map<string, Behaviour>();
  private readonly server = createServer((request, response) => void this.serve(request, response));

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  on(name: string, behaviour: Behaviour): void {
    this.behaviours.set(name, behaviour);
  }

  /** From now on all of them echo again. */
  reset(): void {
    this.behaviours.clear();
  }

  /** `others`: containers that run elsewhere, with their URLs. */
  map(others: Readonly<Record<string, string>> = {}): RouterConfig['deployments'][number]['components'] {
    const { port } = this.server.address() as AddressInfo;
    return new Map(
      CONTAINERS.map((name) => [
        name,
        { kind: 'url', url: others[name] ?? `http://127.0.0.1:${port}/${name}` },
      ]),
    );
  }

  /** The same as a components.yaml. */
  yaml(others: Readonly<Record<string, string>> = {}): string {
    const urls = Array.from(this.map(others), ([name, entry]) => [
      name,
      { url: 'url' in entry && entry.url },
    ]);
    return JSON.stringify(Object.fromEntries(urls));
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    this.calls.push({ path: request.url!, body, puid: request.headers['seldon-puid'] });
    const behaviour =
      this.behaviours.get(request.url!.split('/')[1]!) ?? answers(body, 200, request.headers['content-type']);
    behaviour(response, body, request);
  }
}

/** A TCP proxy in front of a server, which can be taken away and given back. */
export class Gate {
  private readonly sockets = new Set<Socket>();
  private readonly server = createTcpServer((client) => this.join(client));
  private isOpen = true;

  private constructor(private readonly target: URL) {}

  static async before(url: string): Promise<{ gate: Gate; url: string }> {
    const gate = new Gate(new URL(url));
    gate.server.listen(0, '127.0.0.1');
    await once(gate.server, 'listening');
    const through = new URL(url);
    through.hostname = '127.0.0.1';
    through.port = String((gate.server.address() as AddressInfo).port);
    return { gate, url: through.href };
  }

  shut(): void {
    this.isOpen = false;
    for (const socket of this.sockets) socket.destroy();
  }

  open(): void {
    this.isOpen = true;
  }

  close(): void {
    this.shut();
    this.server.close();
  }

  private join(client: Socket): void {
    if (!this.isOpen) {
      client.destroy();
      return;
    }
    const server = connect(Number(this.target.port), this.target.hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => this.sockets.delete(from) && to.destroy());
      from.pipe(to);
    }
  }
}

export interface Stack {
  /** Of the stores themselves, past the gates. */
  readonly urls: { readonly databaseUrl: string; readonly redisUrl: string };
  readonly router: RunningRouter;
  readonly storage: INestApplicationContext;
  readonly experiments: readonly Experiment[];
  readonly postgres: Gate;
  readonly redis: Gate;
  close(): Promise<void>;
}

/** A router over its own database, with a router's rights; only its connections go through the gates. */
export async function startStack(
  yaml: string,
  components: RouterConfig['deployments'][number]['components'],
  config: Partial<RouterConfig> = {},
): Promise<Stack> {
  const urls = { databaseUrl: await testDatabase(), redisUrl: testRedisUrl() };
  const storage = await NestFactory.createApplicationContext(StorageModule.forRoot(urls), { logger: false });
  const deployments = parseDeployments(yaml);
  const experiments = await declareAll(storage, deployments);
  const [postgres, redis] = await Promise.all([
    Gate.before(testRouterUrl(urls.databaseUrl)),
    Gate.before(urls.redisUrl),
  ]);
  const router = await startRouter({
    host: '127.0.0.1',
    port: 0,
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    receiptKey: Buffer.alloc(32, 7),
    deployments: deployments.map((deployment) => ({ deployment, folder: '/', components })),
    ...config,
  });
  return {
    urls,
    router,
    storage,
    experiments,
    postgres: postgres.gate,
    redis: redis.gate,
    close: async () => {
      await router.close();
      await storage.close();
      postgres.gate.close();
      redis.gate.close();
    },
  };
}

/** Declares every recorded choice of the deployments, as an operator does. */
export async function declareAll(storage: INestApplicationContext, deployments: readonly Deployment[]) {
  const declared: Experiment[] = [];
  for (const { namespace, name: deployment, predictors } of deployments) {
    for (const { name: predictor, graph } of predictors) {
      for (const node of nodesOf(graph)) {
        const spec = recordedChoiceOf(node);
        if (spec === null) continue;
        const place = { namespace, deployment, predictor, node: node.name };
        declared.push(await storage.get(ExperimentStore).declare(declareExperiment(place, spec), 'test'));
      }
    }
  }
  return declared;
}

/** One for every name that a graph of these tests uses. */
const CONTAINERS = ['model-a', 'model-b', 'good', 'other', 'chooser', 'slow'];

/** A deployment `default/{name}` with one predictor. */
export function deploymentYaml(name: string, graph: string, { env = '', timeoutMs = 2000 } = {}): string {
  const containers = CONTAINERS.map((container) => `{ name: ${container}, image: 'fake:1' }`).join(', ');
  return `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: { name: ${name}, namespace: default }
spec:
  annotations: { seldon.io/rest-timeout: '${timeoutMs}' }
  predictors:
    - name: main
      componentSpecs: [{ spec: { containers: [${containers}] } }]
      graph: ${graph}
      svcOrchSpec: { env: [${env}] }
`;
}

export const INJECT = '{ name: SELDON_ENABLE_ROUTING_INJECTION, value: "Yes" }';
const AB_MODELS =
  '[{ name: model-a, type: MODEL, children: [] }, { name: model-b, type: MODEL, children: [] }]';
/** An experiment over two models. */
export const AB_GRAPH = `{ name: router, implementation: RANDOM, children: ${AB_MODELS} }`;

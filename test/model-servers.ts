import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

interface Refusal {
  readonly status: number;
  readonly error: string;
}

/**
 * A model server that is strict about its protocol: it knows its models by name and refuses what the protocol does
 * not say. `answer` gives the body for a call of a model; a thrown text is a 400.
 */
export class ModelServer {
  readonly calls: { readonly path: string; readonly body: Json | null }[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));

  constructor(
    private readonly answer: (call: string, model: string, body: Json | null) => unknown,
    private readonly pathPattern: RegExp,
    private readonly models: readonly string[],
  ) {}

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat(await request.toArray()).toString();
    const body: Json | null = text === '' ? null : JSON.parse(text);
    this.calls.push({ path: `${request.method} ${request.url}`, body });
    const [status, said] = this.reply(request.url!, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  }

  private reply(path: string, body: Json | null): [number, unknown] {
    try {
      const { model = '', call = '' } = this.pathPattern.exec(path)?.groups ?? {};
      if (!this.models.includes(model)) return [404, { error: `Model ${model} not found` }];
      return [200, this.answer(call, model, body)];
    } catch (error) {
      const { status, error: said } = error as Refusal;
      return [status ?? 500, { error: said ?? String(error) }];
    }
  }
}

export function refuse(error: string): never {
  throw { status: 400, error } satisfies Refusal;
}

function onlyKeys(what: string, value: unknown, keys: readonly string[]): Json {
  if (typeof value !== 'object' || value === null) return refuse(`${what}: not an object`);
  const extra = Object.keys(value).find((key) => !keys.includes(key));
  return extra === undefined ? (value as Json) : refuse(`${what}: unexpected ${extra}`);
}

/** Its models add ten times their place in `models`, counted from one, to every number. Knows no versions but 2. */
export function v2Server(models: readonly string[]): ModelServer {
  const path = /^\/v2\/models\/(?<model>[^/]+)(?:\/versions\/2)?(?<call>\/(?:infer|ready|route|aggregate))?$/;
  const answers: Record<string, (model: string, body: Json | null) => unknown> = {
    '': (name) => ({ name, versions: ['2'], platform: 'strict', inputs: [], outputs: [] }),
    '/ready': (name) => ({ name, ready: true }),
    '/infer': (model, body) => infer(model, body, (models.indexOf(model) + 1) * 10),
    '/route': (_, body) => v2Answer('router', [Number(firstOf(body) > 50)]),
    '/aggregate': (_, body) =>
      v2Answer('combiner', [
        (body as unknown as Json[]).reduce((sum, part) => sum + firstOf(part, 'outputs'), 0),
      ]),
  };
  return new ModelServer((call, model, body) => answers[call]!(model, body), path, models);
}

function infer(model: string, body: Json | null, shift: number): unknown {
  const { id, inputs } = onlyKeys('request', body, ['id', 'parameters', 'inputs', 'outputs']);
  if (!Array.isArray(inputs)) return refuse('request: no inputs');
  const { datatype, shape, data } = onlyKeys('input', inputs[0], [
    'name',
    'shape',
    'datatype',
    'data',
    'parameters',
  ]);
  const values = (data as unknown[]).flat(9);
  if (!['FP32', 'FP64', 'INT64'].includes(datatype as string)) refuse(`input: ${datatype}`);
  if ((shape as number[]).reduce((a, b) => a * b, 1) !== values.length) refuse('input: shape');
  const shifted = values.map((value) => (value as number) + shift);
  return { ...v2Answer(model, shifted, shape as number[]), ...(id === undefined ? {} : { id }) };
}

function v2Answer(model_name: string, data: readonly number[], shape: readonly number[] = [data.length]) {
  return { model_name, model_version: '2', outputs: [{ name: 'predict', datatype: 'FP64', shape, data }] };
}

function firstOf(body: unknown, member = 'inputs'): number {
  const [tensor] = (body as Record<string, { data: unknown[] }[]>)[member] ?? refuse(`no ${member}`);
  return tensor!.data.flat(9)[0] as number;
}

/** Its models halve every number and add two, in rows or in columns. */
export function tensorflowServer(models: readonly string[]): ModelServer {
  const path =
    /^\/v1\/models\/(?<model>[^/:]+)(?:\/(?:versions|labels)\/\w+)?(?<call>:predict|:route|\/metadata)?$/;
  const answers: Record<string, (body: Json | null) => unknown> = {
    '': () => ({ model_version_status: [{ version: '1', state: 'AVAILABLE' }] }),
    '/metadata': () => ({
      model_spec: { name: 'strict' },
      metadata: { signature_def: { signature_def: {} } },
    }),
    ':route': () => ({ predictions: [1] }),
    ':predict': (body) => {
      const { instances, inputs } = onlyKeys('request', body, ['signature_name', 'instances', 'inputs']);
      if (Array.isArray(instances)) return { predictions: halfPlusTwo(instances) };
      return inputs === undefined
        ? refuse("Missing 'inputs' or 'instances' key")
        : { outputs: halfPlusTwo(inputs) };
    },
  };
  return new ModelServer((call, _, body) => answers[call]!(body), path, models);
}

function halfPlusTwo(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(halfPlusTwo);
  if (typeof value === 'object' && value !== null) return halfPlusTwo(Object.values(value)[0]);
  return typeof value === 'number' ? value / 2 + 2 : refuse(`Invalid value ${JSON.stringify(value)}`);
}

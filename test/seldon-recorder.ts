import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RouterConfig } from '#router';
import { freePort } from '#system';
import type { Recorded, RecordedCall, Script, Vector, VectorNode } from './seldon-vectors.js';

type Call = RecordedCall & { readonly headers: IncomingHttpHeaders };

/** Real HTTP components that answer as a vector says and note what they are asked. */
export class ScriptedComponents {
  readonly calls: Call[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));

  constructor(private readonly vector: Vector) {}

  async start(): Promise<RouterConfig['deployments'][number]['components']> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = this.server.address() as AddressInfo;
    const down = await freePort();
    return new Map(
      containerNames(this.vector.graph).map((name) => {
        const live = !this.vector.down?.includes(name);
        return [name, { kind: 'url', url: `http://127.0.0.1:${live ? port : down}/${name}` }];
      }),
    );
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, node = '', ...rest] = request.url!.split('/');
    const path = `/${rest.join('/')}`;
    const body = decoded(Buffer.concat(chunks).toString());
    this.calls.push({ node, request: `${request.method} ${path}`, body, headers: request.headers });
    const script: Script | undefined =
      this.vector.components?.[node]?.[path] ?? this.vector.components?.[node]?.['*'];
    if (script === undefined) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(script.status, { 'content-type': script.contentType })
      .end(typeof script.body === 'string' ? script.body : this.textOf(script.body));
  }

  /** As it was sent: with the `.0` of whole numbers, which the vector's file no longer shows but the answer does. */
  private textOf(body: unknown): string {
    const text = JSON.stringify(body);
    const { bodyText = '' } = this.vector.expected;
    return bodyText.replace(/\.0\b/g, '') === text ? bodyText : text;
  }
}

/** Of the nodes that need a container: those that nothing is built in for. */
export function containerNames({ name, implementation, children = [] }: VectorNode): string[] {
  return [...(implementation === undefined ? [name] : []), ...children.flatMap(containerNames)];
}

/** Sends a vector's request and gives all that a vector may say of what followed. */
export async function record(url: string, vector: Vector, components: ScriptedComponents): Promise<Recorded> {
  const { method, path, headers, body } = vector.request;
  const sent = new Headers(headers);
  if (!sent.has('content-type')) sent.set('content-type', 'application/json');
  const response = await fetch(url + path, {
    method,
    headers: sent,
    ...(body === null ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const bodyText = timeless(await response.text(), response.headers.get('seldon-puid')!);
  const calls = components.calls.map(({ headers: _, ...call }) => call);
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    bodyText,
    body: decoded(bodyText),
    headers: Object.fromEntries(response.headers),
    calls: vector.callOrder === undefined ? calls : sorted(calls),
    callHeaders: components.calls[0]?.headers as Record<string, string>,
  };
}

/** Of what was seen only what is expected something of. */
export function comparable(seen: Recorded, expected: Recorded): Recorded {
  const keys = Object.keys(expected) as (keyof Recorded)[];
  const of = (headers: Recorded['headers'], wanted: Recorded['headers']) =>
    Object.fromEntries(Object.keys(wanted!).map((name) => [name, headers?.[name.toLowerCase()]]));
  return Object.fromEntries(
    keys.map((key) =>
      key === 'headers' || key === 'callHeaders' ? [key, of(seen[key], expected[key])] : [key, seen[key]],
    ),
  );
}

function sorted(calls: readonly RecordedCall[]): RecordedCall[] {
  const order = (call: RecordedCall) => `${call.node} ${call.request} ${JSON.stringify(call.body)}`;
  return [...calls].sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

function decoded(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Without what changes from run to run: ports and the id that the engine made. */
function timeless(text: string, puid: string): string {
  return text.replace(/127\.0\.0\.1:\d+/g, 'components').replaceAll(puid, '(puid)');
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Call } from '#graph';
import { Message } from '#protocol';
import { failureOf } from '../testing/failure-of.js';
import { HttpComponent } from './http-component.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function listening(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function behind(
  handle: RequestListener,
  { timeoutMs = 10_000, path = '' } = {},
): Promise<HttpComponent> {
  const server = createServer(handle);
  const port = await listening(server);
  closers.push(() => server.closeAllConnections());
  return component(port, timeoutMs, path);
}

async function behindSocket(handle: (socket: Socket) => void): Promise<HttpComponent> {
  return component(await listening(createTcpServer(handle)));
}

function component(port: number, timeoutMs = 10_000, path = ''): HttpComponent {
  const made = new HttpComponent('model-a', `http://127.0.0.1:${port}${path}`, timeoutMs);
  closers.unshift(() => made.close());
  return made;
}

function answering(status: number, body: string, contentType = 'application/json'): RequestListener {
  return (_request, response) => response.writeHead(status, { 'content-type': contentType }).end(body);
}

async function read(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString();
}

const call = new Call('puid-1');
const message = Message.ofBytes(Buffer.from('{"data": {"ndarray": [[1.0, 12345678901234567890]]}}'));

describe('HttpComponent', () => {
  it('passes bytes through in both directions, under a path prefix too', async () => {
    const remote = await behind(
      async (request, response) => {
        const body = await read(request);
        response.setHeader('content-type', 'text/x-echo').end(`${request.method} ${request.url} ${body}`);
      },
      { path: '/models/a/' },
    );
    const answer = await remote.predict(Message.ofBytes(Buffer.from('raw \u0000 bytes'), 'text/plain'), call);
    expect(answer.bytes.toString()).toBe('POST /models/a/predict raw \u0000 bytes');
    expect(answer.contentType).toBe('text/x-echo');
  });

  it.each(['hello', '<html>busy</html>', '', ' 1'])('refuses %j as an answer to JSON', async (body) => {
    const error = await failureOf((await behind(answering(200, body, 'text/html'))).predict(message, call));
    expect(error).toMatchObject({ node: 'model-a', status: 500, reason: 'MICROSERVICE_BAD_DATA' });
    expect(error.info).toContain(`it answered text/html, expected JSON: ${body.trim() || '(empty)'}`);
  });

  it('says whose answer it was when somebody reads it and it is cut short', async () => {
    const answer = await (await behind(answering(200, '{"data":'))).predict(message, call);
    expect(() => answer.value).toThrow('the answer of node model-a is not JSON');
  });

  it('asks no longer than the client of the call waits', async () => {
    let gone: () => void = () => undefined;
    const hungUp = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const remote = await behindSocket((socket) => socket.on('error', gone).on('close', gone).resume());
    const hurried = new Call('puid-1', {}, false, Date.now() + 100);
    const error = await failureOf(remote.predict(message, hurried));
    expect(error).toMatchObject({ node: 'model-a', status: 500, reason: 'MICROSERVICE_TIMEOUT' });
    expect(Number(/no answer within (\d+) ms/.exec(error.info)![1])).toBeLessThanOrEqual(100);
    await hungUp;
  });

  it.each([
    ['predict', '/predict'],
    ['transformInput', '/transform-input'],
    ['transformOutput', '/transform-output'],
    ['sendFeedback', '/send-feedback'],
  ] as const)('%s goes to %s', async (method, path) => {
    const remote = await behind((request, response) => response.end(`["${request.url}"]`));
    expect((await remote[method](message, call)).value).toEqual([path]);
  });

  it("sends the children's answers to /aggregate as a bare list, in order", async () => {
    const remote = await behind(async (request, response) =>
      response.end(`["${request.url}",${await read(request)}]`),
    );
    const parts = ['{"strData":"a"}', '{"strData":"b"}'].map((part) => Message.ofBytes(Buffer.from(part)));
    const answer = await remote.aggregate(parts, call);
    expect(answer.bytes.toString()).toBe('["/aggregate",[{"strData":"a"},{"strData":"b"}]]');
  });

  it("forwards the client's headers but not those of its connection", async () => {
    const remote = await behind((request, response) => response.end(JSON.stringify(request.headers)));
    const headers = {
      authorization: 'Bearer x',
      'x-request-id': '7',
      host: 'outside.example',
      connection: 'upgrade',
      upgrade: 'websocket',
      'content-length': '999',
      'content-type': 'text/plain',
      'transfer-encoding': 'chunked',
      expect: '100-continue',
    };
    const seen = (await remote.predict(message, new Call('puid-2', headers))).value as Record<string, string>;
    expect(seen).toMatchObject({
      authorization: 'Bearer x',
      'x-request-id': '7',
      'seldon-puid': 'puid-2',
      'content-type': 'application/json',
      'content-length': String(message.bytes.length),
    });
    expect(seen.host).toMatch(/^127\.0\.0\.1:/);
    expect(seen.upgrade).toBeUndefined();
  });

  it('reads the route out of the answer', async () => {
    const remote = await behind(answering(200, '{"data":{"names":["t:0"],"ndarray":[[7]]}}'));
    expect(await remote.route(message, call)).toBe(7);
  });

  it.each(['{}', '{"data":{"ndarray":[["1"]]}}', 'one', ''])('refuses %j as a route', async (body) => {
    const remote = await behind(answering(200, body));
    const error = await failureOf(remote.route(message, call));
    expect(error).toMatchObject({ node: 'model-a', status: 500 });
    expect(error.info).toContain('model-a');
  });

  it('keeps the status and the JSON body of a component that fails', async () => {
    const remote = await behind(answering(422, '{"status":{"code":-1,"info":"no such column"}}'));
    const error = await failureOf(remote.predict(message, call));
    expect(error).toMatchObject({ node: 'model-a', call: 'predict', status: 422 });
    expect(error.body?.value).toEqual({ status: { code: -1, info: 'no such column' } });
  });

  it('says what a component answered that fails in text', async () => {
    const remote = await behind(answering(503, 'upstream is away', 'text/plain'));
    const error = await failureOf(remote.predict(message, call));
    expect(error).toMatchObject({ status: 503, body: undefined });
    expect(error.info).toMatch(/model-a: POST http:.*\/predict: it answered 503: upstream is away/);
  });

  it('takes a status that no client could be given as 500', async () => {
    const remote = await behind((_request, response) => response.writeHead(204).end());
    expect(await failureOf(remote.predict(message, call))).toMatchObject({ status: 500 });
  });

  it('cuts a component that hangs before it answers', async () => {
    const remote = await behind(() => undefined, { timeoutMs: 50 });
    const error = await failureOf(remote.predict(message, call));
    expect(error.status).toBe(500);
    expect(error.info).toMatch(/model-a: POST http:\/\/127\.0\.0\.1:\d+\/predict: no answer within 50 ms/);
  });

  it('cuts a component that hangs within its answer', async () => {
    const remote = await behind((_request, response) => response.writeHead(200).write('{'), {
      timeoutMs: 50,
    });
    expect((await failureOf(remote.predict(message, call))).info).toContain('no answer within 50 ms');
  });

  it('reports an answer that breaks off', async () => {
    const remote = await behind((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      setImmediate(() => response.destroy());
    });
    expect(await failureOf(remote.predict(message, call))).toMatchObject({ status: 500, node: 'model-a' });
  });

  it('reports an answer that is no HTTP', async () => {
    const remote = await behindSocket((socket) => socket.on('error', () => undefined).end('garbage\r\n\r\n'));
    expect(await failureOf(remote.predict(message, call))).toMatchObject({ status: 500, node: 'model-a' });
  });

  it('reads no more than 64 MiB of an answer', async () => {
    const large = Buffer.alloc(64 * 1024 * 1024 + 1);
    const remote = await behind((_request, response) => response.end(large), { timeoutMs: 120_000 });
    const error = await failureOf(remote.predict(message, call));
    expect(error).toMatchObject({ status: 500, node: 'model-a' });
    expect(error.info).toContain('exceeded max size');
  });

  it('sends nothing twice, also when the connection is reset', async () => {
    let requests = 0;
    const remote = await behind((request) => {
      requests++;
      request.socket.resetAndDestroy();
    });
    await failureOf(remote.predict(message, call));
    expect(requests).toBe(1);
  });

  it('reports a refused connection, and that it is not ready', async () => {
    const server = createTcpServer();
    const port = await listening(server);
    await once(server.close(), 'close');
    const remote = component(port);
    expect((await failureOf(remote.predict(message, call))).info).toContain('ECONNREFUSED');
    await expect(remote.ready()).rejects.toThrow(/model-a: .*ECONNREFUSED/);
  });

  it('is ready once the port answers', async () => {
    const remote = await behind(answering(200, '{}'));
    await expect(remote.ready()).resolves.toBeUndefined();
  });
});

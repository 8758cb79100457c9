import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { OperatorMetrics } from '../metrics/operator-metrics.js';
import { ADMITTED } from './admission-review.js';
import { type CertificateSet, renewed } from './certificates/certificate-set.js';
import { deployment, review, VALID } from './testing/review.js';
import { WebhookServer } from './webhook-server.js';

const HOSTS = ['127.0.0.1'];
const patch = [{ op: 'add' as const, path: '/spec/a', value: 1 }];
const REVIEW = {
  ...{ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' },
  request: review({ uid: 'one', object: deployment(VALID) }),
};

describe('WebhookServer', () => {
  const metrics = new OperatorMetrics();
  const server = new WebhookServer(
    {
      '/validate': () => ADMITTED,
      '/default': () => ({ refusal: null, patch }),
      '/broken': () => {
        throw new Error('no answer');
      },
    },
    metrics,
  );
  let set: CertificateSet;
  let url: string;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    url = await server.listen(0, '127.0.0.1');
    set = await renewed({ serving: {} }, HOSTS, new Date());
    server.use(set.serving);
  });

  afterAll(() => server.close());

  it('answers a review, with the patch of RFC 6902', async () => {
    const { apiVersion, kind } = REVIEW;
    const admitted = await post('/validate?timeout=5s', JSON.stringify(REVIEW));
    expect(JSON.parse(admitted.body)).toEqual({ apiVersion, kind, response: { uid: 'one', allowed: true } });
    const { response } = JSON.parse((await post('/default', JSON.stringify(REVIEW))).body);
    expect(response).toMatchObject({ uid: 'one', allowed: true, patchType: 'JSONPatch' });
    expect(JSON.parse(Buffer.from(response.patch, 'base64').toString())).toEqual(patch);
    expect(await metrics.registry.metrics()).toContain(
      'switchyard_operator_admissions_total{webhook="validate",allowed="true"} 1',
    );
  });

  it.each([
    ['/validate', 'no JSON', 400, /^expected JSON: /],
    ['/validate', '{}', 400, /expected an AdmissionReview of admission.k8s.io\/v1[\s\S]*apiVersion/],
    ['/validate', JSON.stringify({ ...REVIEW, request: {} }), 400, /request\.uid/],
    [
      '/validate',
      JSON.stringify({ ...REVIEW, request: { ...REVIEW.request, object: 1 } }),
      400,
      /request\.object/,
    ],
    ['/validate', ' '.repeat(8 * 1024 * 1024 + 1), 413, /^expected a body of at most 8388608 bytes$/],
    ['/other', '', 404, /^expected \/validate or /],
    ['/broken', JSON.stringify(REVIEW), 500, /^no answer$/],
  ])('refuses at %s %#', async (path, body, status, message) => {
    const reply = await post(path, body);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatch(message);
  });

  it('refuses another method', async () => {
    expect(await post('/validate', '', 'GET')).toEqual({ status: 405, body: 'expected POST, got GET' });
  });

  it('serves a new certificate on new connections, and goes on with those that there are', async () => {
    const before = await connection();
    const old = before.getPeerCertificate().serialNumber;
    set = await renewed({ serving: {}, bundle: set.bundle }, HOSTS, new Date());
    server.use(set.serving);
    const after = await connection();
    expect(after.getPeerCertificate().serialNumber).not.toBe(old);
    before.write('GET /validate HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(String(await once(before, 'data'))).toMatch(/^HTTP\/1\.1 405/);
    before.destroy();
    after.destroy();
  });

  it('refuses a pair that is none, and goes on with the one before', async () => {
    expect(() => server.use({ cert: 'none', key: 'none' })).toThrow();
    expect((await post('/validate', JSON.stringify(REVIEW))).status).toBe(200);
  });

  it('answers what is under way before it closes', async () => {
    const closing = new WebhookServer({ '/validate': () => ADMITTED }, metrics);
    const address = await closing.listen(0, '127.0.0.1');
    closing.use(set.serving);
    const socket = await connection(address);
    const body = JSON.stringify(REVIEW);
    socket.write(`POST /validate HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body[0]}`);
    // Both are in the server's hands once a second connection has been answered.
    await post('/validate', body, 'POST', address);
    const closed = closing.close();
    socket.write(body.slice(1));
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i);
    await closed;
  });

  async function connection(address = url): Promise<TLSSocket> {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(address).port), ca: set.bundle });
    await once(socket, 'secureConnect');
    return socket;
  }

  async function post(path: string, body: string, method = 'POST', address = url) {
    const agent = new Agent({ ca: set.bundle });
    const call = request(`${address}${path}`, { method, agent });
    call.on('error', () => {});
    call.end(body);
    const [response] = await once(call, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode as number, body: Buffer.concat(chunks).toString() };
  }
});

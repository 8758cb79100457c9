import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';

describe('loadConfig', () => {
  it('serves every namespace without stores by default', () => {
    expect(loadConfig({})).toMatchObject({
      ...{ namespaces: [], class: '', port: 8081, stores: null, workers: 4, kubeconfig: undefined },
      render: { storesSecret: 'switchyard-stores' },
    });
  });

  it('gives engines URLs of their own', () => {
    const urls = { DATABASE_URL: 'postgres://a', REDIS_URL: 'redis://a' };
    expect(loadConfig(urls).stores?.engine).toMatchObject({
      databaseUrl: 'postgres://a',
      redisUrl: 'redis://a',
    });
    const engine = {
      SWITCHYARD_ROUTER_DATABASE_URL: 'postgres://b',
      SWITCHYARD_ROUTER_REDIS_URL: 'redis://b',
      SWITCHYARD_RECEIPT_KEY: '0'.repeat(32),
    };
    expect(loadConfig({ ...urls, ...engine }).stores).toEqual({
      ...{ databaseUrl: 'postgres://a', redisUrl: 'redis://a' },
      engine: { databaseUrl: 'postgres://b', redisUrl: 'redis://b', receiptKey: '0'.repeat(32) },
    });
  });

  it('finds the API server of its pod', () => {
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
    expect(loadConfig(env).apiServer).toBe('[fd00::1]:6443');
  });

  it('serves webhooks when they have a name and hosts, or a certificate', () => {
    expect(loadConfig({}).webhooks).toBeNull();
    const own = { SWITCHYARD_WEBHOOKS: 'webhooks', SWITCHYARD_WEBHOOK_HOSTS: 'webhooks.models.svc, ::1' };
    expect(loadConfig(own).webhooks).toEqual({
      port: 9443,
      certificate: { name: 'webhooks', hosts: ['webhooks.models.svc', '::1'] },
    });
    const long = `${'a'.repeat(40)}-webhooks-${'n'.repeat(20)}`;
    expect(loadConfig({ ...own, SWITCHYARD_WEBHOOKS: long }).webhooks).toMatchObject({
      certificate: { name: long },
    });
    const mounted = { SWITCHYARD_WEBHOOK_CERTIFICATES: '/etc/webhooks', SWITCHYARD_WEBHOOK_PORT: '0' };
    expect(loadConfig(mounted).webhooks).toEqual({ port: 0, certificate: { folder: '/etc/webhooks' } });
  });

  it.each([
    [
      { SWITCHYARD_WEBHOOKS: 'webhooks' },
      'SWITCHYARD_WEBHOOK_HOSTS must be set where SWITCHYARD_WEBHOOKS is, got nothing',
    ],
    [
      { SWITCHYARD_WEBHOOKS: 'webhooks', SWITCHYARD_WEBHOOK_HOSTS: 'a_b' },
      'SWITCHYARD_WEBHOOK_HOSTS must be names or addresses, separated by commas, got a_b',
    ],
    [{ SWITCHYARD_WEBHOOKS: 'A' }, 'SWITCHYARD_WEBHOOKS must be a name for the webhooks, got A'],
    [
      { SWITCHYARD_NAMESPACES: 'a, B_' },
      'SWITCHYARD_NAMESPACES must be namespaces, separated by commas, got B_',
    ],
    [{ SWITCHYARD_CLASS: 'a b' }, 'SWITCHYARD_CLASS must be a value of a label, got a b'],
    [
      { SWITCHYARD_OPERATOR_WORKERS: '0' },
      'SWITCHYARD_OPERATOR_WORKERS must be a whole number from 1 to 64, got 0',
    ],
    [
      { SWITCHYARD_OPERATOR_GRAPH_SECONDS: '0' },
      'SWITCHYARD_OPERATOR_GRAPH_SECONDS must be a whole number from 1 to 3600, got 0',
    ],
    [
      { SWITCHYARD_OPERATOR_PORT: 'x' },
      'SWITCHYARD_OPERATOR_PORT must be a whole number from 0 to 65535, got x',
    ],
    [{ DATABASE_URL: 'postgres://a' }, 'REDIS_URL must be set where DATABASE_URL is, got nothing'],
    [{ REDIS_URL: 'redis://a' }, 'DATABASE_URL must be set where REDIS_URL is, got nothing'],
    [
      { DATABASE_URL: 'p', REDIS_URL: 'r', SWITCHYARD_RECEIPT_KEY: 'secret' },
      'SWITCHYARD_RECEIPT_KEY must be at least 32 hexadecimal digits, got 6 characters',
    ],
  ])('refuses %j', (env, message) => {
    expect(() => loadConfig(env)).toThrow(message);
  });
});

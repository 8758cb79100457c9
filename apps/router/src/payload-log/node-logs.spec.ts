import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { parseDeployments } from '#graph';
import { nodeLogs } from './node-logs.js';
import { PayloadLog } from './payload-log.js';

const place = { namespace: 'n', deployment: 'd', predictor: 'p', protocol: 'v2' };

function logsOf(logger: object, { annotations = {}, environment = {}, port = 8000 } = {}) {
  const graph = { name: 'm', type: 'MODEL', logger, endpoint: { service_host: 'elsewhere' } };
  const [deployment] = parseDeployments(
    JSON.stringify({
      apiVersion: 'machinelearning.seldon.io/v1',
      kind: 'SeldonDeployment',
      metadata: { name: 'd' },
      spec: { predictors: [{ name: 'p', graph, annotations }] },
    }),
  );
  const origin = { ...place, environment, port };
  return nodeLogs(deployment!.predictors[0]!, origin, new PayloadLog(new Registry())).get('m');
}

describe('where the payloads of a node go', () => {
  it('is its own address, or else that of the engine', () => {
    const environment = { REQUEST_LOGGER_DEFAULT_ENDPOINT: 'http://default:1/x' };
    expect(logsOf({ mode: 'all', url: 'https://own/' }, { environment })).toMatchObject({
      url: new URL('https://own/'),
      mode: 'all',
      origin: { ...place, node: 'm', source: 'http://localhost:8000/' },
    });
    expect(logsOf({ mode: 'all', url: '' }, { environment })!.url.href).toBe('http://default:1/x');
  });

  it('is nowhere without either', () => {
    expect(logsOf({ mode: 'all' })).toBeUndefined();
  });

  it.each(['ftp://sink', 'sink:8080', '/sink'])('cannot be %s', (url) => {
    expect(() => logsOf({ mode: 'all', url })).toThrow(
      `m: logger.url, or else REQUEST_LOGGER_DEFAULT_ENDPOINT, must be an http or https URL, got ${url}`,
    );
  });

  it.each(['many', '0', '1.5', '1e9'])('has no queue of the size %s', (size) => {
    const annotations = { 'seldon.io/executor-logger-queue-size': size };
    expect(() => logsOf({ mode: 'all', url: 'http://sink' }, { annotations })).toThrow(
      `p: annotation seldon.io/executor-logger-queue-size must be a whole number from 1 to 1000000, got ${size}`,
    );
  });
});

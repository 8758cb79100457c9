import { resolve } from 'node:path';
import { type RunningComponent, startComponent } from '../apps/component/src/start-component.js';

/** The host in this process, with a class of component-classes.ts. */
export function startHost(
  className: string,
  changes: Partial<Parameters<typeof startComponent>[0]> = {},
): Promise<RunningComponent> {
  return startComponent({
    file: resolve('test/component-classes.ts'),
    classNames: [className],
    serviceType: 'MODEL',
    parameters: {},
    host: '127.0.0.1',
    httpPort: 0,
    grpcPort: 0,
    maxBodyBytes: 16 * 1024 * 1024,
    keepAliveMs: 1000,
    identity: { unit: '1', image: 'img:1.0', deployment: 'd', predictor: 'p', predictorVersion: 'v1' },
    answerMetrics: true,
    metadata: undefined,
    payloadPassthrough: false,
    ...changes,
  });
}

export function post(url: string, body: string | object): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
}

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const json = (status: number, body: string) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
};
const route = (value: string) => json(200, `{"data":{"ndarray":[${value}]}}`);

const WITHOUT_FAULT = ['one', 'two'];

/** What each component answers, whatever it is asked. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  hangs: () => {},
  fails: json(500, '{"status":{"status":"FAILURE","code":500,"info":"out of fish","reason":"OUT"}}'),
  'routes-hello': (response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('hello');
  },
  'routes-7': route('7'),
  'routes-text': route('"1"'),
  'routes-minus-3': route('-3'),
  'routes-nothing': json(200, '{}'),
  one: json(200, '{"data":{"ndarray":[[1]]}}'),
  two: json(200, '{"data":{"ndarray":[[2]]}}'),
};

export interface FaultyComponents {
  /** One deployment per fault, named after it, with a component that has it behind a router or as its only model. */
  readonly deploymentFile: string;
  readonly componentsFile: string;
  close(): void;
}

/** A real server whose components misbehave, and deployments that use it. */
export async function startFaultyComponents(folder: string, transformer: string): Promise<FaultyComponents> {
  const server = createServer((request, response) => {
    request.resume();
    ANSWERS[request.url!.split('/')[1]!]!(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const names = ['down', ...Object.keys(ANSWERS).filter((name) => !WITHOUT_FAULT.includes(name))];
  const deploymentFile = join(folder, 'faulty.yaml');
  const componentsFile = join(folder, 'faulty-components.yaml');
  writeFileSync(deploymentFile, names.map(deployment).join('---\n'));
  writeFileSync(
    componentsFile,
    [
      `transformer: {class: '${transformer}'}`,
      `down: {url: 'http://127.0.0.1:1'}`,
      ...Object.keys(ANSWERS).map((name) => `${name}: {url: '${base}/${name}'}`),
      '',
    ].join('\n'),
  );
  return {
    deploymentFile,
    componentsFile,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function deployment(name: string): string {
  const children = name.startsWith('routes-')
    ? `
        children:
          - { name: one, type: MODEL, children: [] }
          - { name: two, type: MODEL, children: [] }`
    : `
        children: []`;
  const names = name.startsWith('routes-') ? [name, ...WITHOUT_FAULT] : [name];
  const containers = names.map((container) => `{ name: ${container}, image: 'fake:1' }`);
  return `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: { name: ${name}, namespace: faulty }
spec:
  annotations: { seldon.io/rest-timeout: '300' }
  predictors:
    - name: main
      componentSpecs: [{ spec: { containers: [${containers.join(', ')}] } }]
      graph:
        name: ${name}
        type: ${name.startsWith('routes-') ? 'ROUTER' : 'MODEL'}${children}
`;
}

import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Call, ComponentError } from '#graph';
import { dialects, Message } from '#protocol';
import { UnusableComponentError } from '../errors.js';
import { sampleNode } from '../testing/sample-node.js';
import { CommandComponent } from './command-component.js';

const folder = fileURLToPath(new URL('./fixtures', import.meta.url));
const node = sampleNode({ parameters: [{ name: 'n_branches', type: 'INT', value: 2 }] });
const call = new Call('puid-1');
const message = (text: string) => Message.ofValue({ strData: text });

const started: CommandComponent[] = [];
afterEach(() => Promise.all(started.splice(0).map((component) => component.close())));

async function start(command: string[]) {
  const lines = new EventEmitter();
  const component = await CommandComponent.start(node, {
    command,
    folder,
    place: { deployment: 'penguins', predictor: 'main', image: 'registry/model:1' },
    timeoutMs: 10_000,
    speech: { dialect: dialects.seldon },
    log: (line) => lines.emit(line.replace(/ in \d+ ms/, '')),
  });
  started.push(component);
  return { component, lines };
}

async function startServer() {
  const running = await start([process.execPath, 'server.mjs']);
  await once(running.lines, '[model-a] serving');
  return running;
}

async function ask(component: CommandComponent) {
  const answer = (await component.predict(message('hello'), call)).value;
  return (answer as { jsonData: { env: Record<string, string>; pid: number; helper: number; cwd: string } })
    .jsonData;
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('CommandComponent', () => {
  it("keeps the router's secrets from the command", async () => {
    process.env.SWITCHYARD_ADMIN_KEY = 'secret-of-the-router';
    process.env.SWITCHYARD_GREETING = 'hello';
    const { component } = await startServer();
    const { env } = await ask(component);
    delete process.env.SWITCHYARD_ADMIN_KEY;
    expect(env.SWITCHYARD_ADMIN_KEY).toBeUndefined();
    expect(env.SWITCHYARD_GREETING).toBe('hello');
  });

  it("gives the command the variables of a component's container", async () => {
    const { component } = await startServer();
    await component.ready();
    const { env, cwd } = await ask(component);
    expect(cwd).toBe(folder);
    expect(env).toMatchObject({
      PREDICTIVE_UNIT_SERVICE_PORT: env.PREDICTIVE_UNIT_HTTP_SERVICE_PORT,
      PREDICTIVE_UNIT_METRICS_ENDPOINT: '/prometheus',
      PREDICTIVE_UNIT_ID: 'model-a',
      PREDICTIVE_UNIT_IMAGE: 'registry/model:1',
      PREDICTIVE_UNIT_PARAMETERS: '[{"name":"n_branches","value":"2","type":"INT"}]',
      PREDICTOR_ID: 'main',
      SELDON_DEPLOYMENT_ID: 'penguins',
      SELDON_EXECUTOR_ENABLED: 'true',
    });
    const ports = ['HTTP', 'GRPC', 'METRICS'].map((kind) => env[`PREDICTIVE_UNIT_${kind}_SERVICE_PORT`]);
    expect(new Set(ports).size).toBe(3);
  });

  it('starts a command that died again', async () => {
    const { component, lines } = await startServer();
    const first = await ask(component);
    const restarted = once(lines, '[model-a] serving');
    const death = once(lines, '[model-a] exit code 3; it is started again');
    const failure = component.predict(message('die'), call);
    await expect(failure).rejects.toMatchObject({ node: 'model-a', status: 500 });
    await death;
    await expect(component.ready()).rejects.toBeInstanceOf(ComponentError);
    await restarted;
    expect((await ask(component)).pid).not.toBe(first.pid);
  });

  it('ends the command with all that it started', async () => {
    const { component } = await startServer();
    const { pid, helper } = await ask(component);
    expect([alive(pid), alive(helper)]).toEqual([true, true]);
    await component.close();
    expect(alive(pid)).toBe(false);
    await ended(helper);
  });

  it('says at start that a program does not exist', async () => {
    const starting = start(['no-such-program-here']);
    await expect(starting).rejects.toBeInstanceOf(UnusableComponentError);
    await expect(starting).rejects.toThrow(/model-a: cannot start no-such-program-here: .*ENOENT/);
  });
});

/** The helper is a child of the killed server: it is gone as soon as the system has reaped it. */
async function ended(pid: number): Promise<void> {
  while (alive(pid)) await new Promise(setImmediate);
}

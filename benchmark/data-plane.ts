/**
 * The data plane against nginx as a proxy, in pairs on this machine.
 *
 *   npm run build && npx jiti benchmark/data-plane.ts [rounds]
 *
 * Needs nginx and wrk (Debian: nginx-light, wrk) and two cores. An nginx answers every component call with the same
 * 1 KB JSON. Round by round, wrk first loads an nginx that proxies to it, then Switchyard running an A/B graph over
 * two remote models with choice, ledger and receipt switched on. The server under test has core 0 to itself; the
 * load, the upstream and the stores share core 1. Quote the ratios: the rates belong to the machine.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = Number(process.argv[2] ?? 5);
const SECONDS = 4;
const CONNECTIONS = 32;
const UPSTREAM = 18_600;
const PROXY = 18_601;
const ROUTER = 18_602;
const PATH = '/seldon/default/bench/api/v1.0/predictions';
const folder = mkdtempSync(join(tmpdir(), 'switchyard-benchmark-'));
const children: ChildProcess[] = [];

interface Sample {
  readonly rate: number;
  readonly microsecondsPerRequest: number;
}

function nginx(name: string, core: number, server: string): ChildProcess {
  const file = join(folder, `${name}.conf`);
  writeFileSync(
    file,
    `worker_processes 1; daemon off; master_process off; pid ${folder}/${name}.pid; error_log /dev/null;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000; client_body_temp_path ${folder}/${name}-body;
${server} }`,
  );
  return start('taskset', ['-c', String(core), 'nginx', '-c', file]);
}

function start(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const ok = await fetch(url).then(
      (answer) => answer.status < 500,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}

/** CPU seconds of a process, all threads (fields 14 and 15 of stat, in ticks of 10 ms). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function load(port: number, pid: number, seconds: number): Sample {
  const before = cpuSeconds(pid);
  const output = execFileSync('taskset', [
    ...['-c', '1', 'wrk', '-t', '1', '-c', String(CONNECTIONS), '-d', `${seconds}s`],
    ...['-s', join(folder, 'post.lua'), `http://127.0.0.1:${port}${PATH}`],
  ]).toString();
  const failed = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1];
  if (failed) throw new Error(`${failed} requests to port ${port} failed`);
  const requests = Number(/(\d+) requests in/.exec(output)![1]);
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)![1]),
    microsecondsPerRequest: ((cpuSeconds(pid) - before) * 1e6) / requests,
  };
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

function deployment(): string {
  const file = join(folder, 'bench.yaml');
  writeFileSync(
    file,
    `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: {name: bench, namespace: default}
spec:
  predictors:
  - name: main
    componentSpecs: [{spec: {containers: [{name: model-a, image: 'bench:1'}, {name: model-b, image: 'bench:1'}]}}]
    graph:
      name: router
      implementation: RANDOM_ABTEST
      parameters: [{name: ratioA, type: FLOAT, value: '0.7'}]
      children: [{name: model-a, type: MODEL}, {name: model-b, type: MODEL}]
`,
  );
  const url = `{url: 'http://127.0.0.1:${UPSTREAM}'}`;
  writeFileSync(join(folder, 'components.yaml'), `model-a: ${url}\nmodel-b: ${url}\n`);
  return file;
}

function body(): string {
  const row = Array.from({ length: 81 }, (_, i) => Math.sin(i + 1).toFixed(8));
  return `{"data":{"ndarray":[[${row.join(',')}]]}}`.padEnd(1024);
}

/** nginx on core 0, in front of an nginx on core 1 that answers as both models. */
function startProxy(): ChildProcess {
  const answer = body();
  writeFileSync(
    join(folder, 'post.lua'),
    `wrk.method = "POST"\nwrk.body = '${answer}'\nwrk.headers["Content-Type"] = "application/json"\n`,
  );
  const answering = `default_type application/json; return 200 '${answer}';`;
  nginx('upstream', 1, `server { listen ${UPSTREAM}; location / { ${answering} } }`);
  const proxying = `rewrite .* /predict break; proxy_pass http://models; proxy_http_version 1.1; proxy_set_header Connection "";`;
  return nginx(
    'proxy',
    0,
    `upstream models { server 127.0.0.1:${UPSTREAM}; keepalive 64; }
server { listen ${PROXY}; location / { ${proxying} } }`,
  );
}

function startSwitchyard(): ChildProcess {
  mkdirSync(join(folder, 'data'));
  const up = ['dist/apps/cli/src/main.js', 'up', '-f', deployment()];
  const ports = ['--port', String(ROUTER), '--grpc-port', '0', '--admin-port', '0'];
  return start('taskset', ['-c', '0', process.execPath, ...up, ...ports], {
    ...process.env,
    SWITCHYARD_DATA_DIR: join(folder, 'data'),
  });
}

async function main(): Promise<void> {
  const proxy = startProxy();
  const router = startSwitchyard();
  await answering(`http://127.0.0.1:${ROUTER}/ready`);
  await answering(`http://127.0.0.1:${PROXY}/`);
  moveChildrenToCore(router.pid!, 1);
  load(PROXY, proxy.pid!, 2);
  load(ROUTER, router.pid!, 3);
  const pairs = Array.from({ length: ROUNDS }, () => ({
    nginx: load(PROXY, proxy.pid!, SECONDS),
    switchyard: load(ROUTER, router.pid!, SECONDS),
  }));
  report(pairs);
}

/** The embedded stores are not what is measured. */
function moveChildrenToCore(pid: number, core: number): void {
  const found = execFileSync('ps', ['-e', '-o', 'pid=,ppid=']).toString().trim().split('\n');
  for (const line of found) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (parent !== pid) continue;
    execFileSync('taskset', ['-a', '-c', '-p', String(core), String(child)], { stdio: 'ignore' });
    moveChildrenToCore(child!, core);
  }
}

function report(pairs: { nginx: Sample; switchyard: Sample }[]): void {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  print('| round | nginx req/s | Switchyard req/s | ratio | nginx CPU us/req | Switchyard CPU us/req |');
  print('|---|---|---|---|---|---|');
  pairs.forEach(({ nginx: n, switchyard: s }, i) => {
    const cells = [n.rate.toFixed(0), s.rate.toFixed(0), (s.rate / n.rate).toFixed(2)];
    print(
      `| ${i + 1} | ${[...cells, n.microsecondsPerRequest.toFixed(1), s.microsecondsPerRequest.toFixed(1)].join(' | ')} |`,
    );
  });
  const ratio = median(pairs.map(({ nginx: n, switchyard: s }) => s.rate / n.rate));
  const cpu = median(
    pairs.map(({ nginx: n, switchyard: s }) => s.microsecondsPerRequest / n.microsecondsPerRequest),
  );
  print(`\nmedian ratio of rates ${ratio.toFixed(2)}, of CPU per request ${cpu.toFixed(2)}`);
}

try {
  await main();
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(
    children.map((child) => child.exitCode !== null || new Promise((resolve) => child.once('exit', resolve))),
  );
  rmSync(folder, { recursive: true, force: true });
}

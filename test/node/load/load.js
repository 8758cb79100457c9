// Runs in a pod: predictions at a steady rate, whatever comes back, and a reward for every second one.
// Arguments: the deployment's URL, predictions per second. Ends its work when standard input ends.
import { Agent, request } from 'node:http';

const [url, rate] = [process.argv[2], Number(process.argv[3])];
const TICK_MS = 25;
/** Until the outcome of a prediction is known. */
const OUTCOME_MS = 1000;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Of the data set of the example: island, sex, four measurements, and the species. */
const PENGUINS = [
  [['Torgersen', 'MALE', 39.1, 18.7, 181, 3750], 'Adelie'],
  [['Torgersen', 'FEMALE', 39.5, 17.4, 186, 3800], 'Adelie'],
  [['Biscoe', 'FEMALE', 37.8, 18.3, 174, 3400], 'Adelie'],
  [['Dream', 'FEMALE', 46.5, 17.9, 192, 3500], 'Chinstrap'],
  [['Dream', 'MALE', 50.0, 19.5, 196, 3900], 'Chinstrap'],
  [['Biscoe', 'FEMALE', 46.1, 13.2, 211, 4500], 'Gentoo'],
  [['Biscoe', 'MALE', 50.0, 16.3, 230, 5700], 'Gentoo'],
];

const seen = { predictions: 0, rewards: 0, failed: 0, reasons: {}, routes: {}, milliseconds: [] };
let open = 0;
const start = performance.now();

const timer = setInterval(() => {
  const due = ((performance.now() - start) * rate) / 1000;
  while (seen.predictions < due) void predict(PENGUINS[seen.predictions++ % PENGUINS.length]);
}, TICK_MS);
const reporter = setInterval(report, 1000);

process.stdin.resume().on('end', async () => {
  clearInterval(timer);
  while (open > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(reporter);
  report();
  agent.destroy();
});

async function predict([row, species]) {
  const started = performance.now();
  const answer = await post('predictions', { data: { ndarray: [row] } });
  seen.milliseconds.push(performance.now() - started);
  if (answer === undefined) return;
  const { names, ndarray } = answer.body.data;
  const route = answer.headers['switchyard-route'] ?? JSON.stringify(answer.body.meta.routing);
  seen.routes[route] = (seen.routes[route] ?? 0) + 1;
  if (seen.predictions % 2 === 0) return;
  const [scores] = ndarray;
  const isRight = names[scores.indexOf(Math.max(...scores))] === species;
  const { puid, routing } = answer.body.meta;
  seen.rewards++;
  open++;
  await new Promise((resolve) => setTimeout(resolve, OUTCOME_MS));
  open--;
  await post('feedback', { response: { meta: { puid, routing } }, reward: isRight ? 1 : 0 });
}

async function post(path, message) {
  open++;
  try {
    const answer = await send(`${url}/api/v1.0/${path}`, JSON.stringify(message));
    if (answer.status === 200) return answer;
    fail(`${path} ${answer.status}: ${JSON.stringify(answer.body).slice(0, 300)}`);
  } catch (error) {
    fail(`${path}: ${error.code ?? ''} ${error.message}`);
  } finally {
    open--;
  }
}

function send(target, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(target, { method: 'POST', agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const { statusCode: status, headers } = response;
        const text = Buffer.concat(chunks).toString();
        resolve({ status, headers, body: status === 200 ? JSON.parse(text) : text });
      });
    });
    call.on('error', reject).end(body);
  });
}

function fail(reason) {
  seen.failed++;
  const kind = reason.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
  const { count = 0, first = new Date().toISOString() } = seen.reasons[kind] ?? {};
  seen.reasons[kind] = { count: count + 1, first };
}

/** One line: totals since the start, and the latencies since the last line. */
function report() {
  const sorted = seen.milliseconds.splice(0).sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.floor(share * sorted.length)] ?? 0);
  const { milliseconds: _, ...totals } = seen;
  console.log(JSON.stringify({ ...totals, p50: at(0.5), p99: at(0.99) }));
}

import { Pool } from 'undici';
import { type Reading, readGauges } from './gauges.js';
import { COLUMNS, type Penguin, SPECIES } from './penguins.js';

const JSON_HEADERS = { 'content-type': 'application/json' };

/** An answer that is not 2xx. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(
    readonly path: string,
    readonly status: number,
    readonly body: string,
  ) {
    super(`${path} answered ${status}: ${body.trim().slice(0, 300)}`);
  }
}

export interface Prediction {
  /** The decision's id. */
  readonly decision: string;
  /** The species with the highest probability. */
  readonly species: string;
  /** The whole answer, for Seldon's form of feedback. */
  readonly response: unknown;
}

/** A client of one deployment, as a user would write it. */
export class DemoClient {
  private readonly pool: Pool;
  private readonly path: string;

  constructor(url: string, deployment: string, concurrency: number) {
    this.pool = new Pool(url, { connections: concurrency });
    this.path = `/seldon/${deployment}/api/v1.0`;
  }

  async predict(penguin: Penguin): Promise<Prediction> {
    const request = { data: { names: COLUMNS, ndarray: [penguin.row] } };
    const { headers, text } = await this.send('POST', `${this.path}/predictions`, request);
    const response = JSON.parse(text);
    return { decision: String(headers['switchyard-decision']), species: topSpecies(response), response };
  }

  /** The plain form. */
  async reward(decision: string, value: number): Promise<void> {
    await this.send('POST', `${this.path}/feedback`, { decision, value });
  }

  /** Seldon's form; the prediction id goes where Seldon's clients put it. */
  async rewardAsSeldon({ decision, response }: Prediction, reward: number): Promise<void> {
    await this.send('POST', `${this.path}/feedback`, { response, reward }, { 'seldon-puid': decision });
  }

  async readings(): Promise<Reading[]> {
    return readGauges((await this.send('GET', '/metrics')).text);
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private async send(method: 'GET' | 'POST', path: string, body?: unknown, headers = {}) {
    const answer = await this.pool.request({
      method,
      path,
      headers: body === undefined ? headers : { ...JSON_HEADERS, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new RefusedError(path, answer.statusCode, text);
    return { headers: answer.headers, text };
  }
}

function topSpecies(response: { data?: { names?: unknown; ndarray?: unknown } }): string {
  const { names, ndarray } = response.data ?? {};
  const [probabilities] = Array.isArray(ndarray) ? ndarray : [];
  if (!Array.isArray(probabilities)) throw new Error('expected class probabilities in data.ndarray');
  const classes = Array.isArray(names) && names.some((name) => SPECIES.includes(name)) ? names : SPECIES;
  return classes[probabilities.indexOf(Math.max(...probabilities))];
}

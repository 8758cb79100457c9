import { request } from 'node:http';
import { z } from 'zod';
import { ENGINE_HTTP_PORT } from '#kubernetes';

const TIMEOUT_MS = 2_000;
const MAX_ANSWER = 64 * 1024;
const PATH = '/switchyard/graph';

const served = z.object({ digest: z.string(), refused: z.string().nullish() });

/** What an engine serves. */
export interface ServedGraph {
  readonly digest: string;
  /** Why it does not take the graph that it was given last. */
  readonly refused?: string | null | undefined;
}

/** Throws where the engine cannot be asked. */
export async function askEngine(address: string): Promise<ServedGraph> {
  const host = address.includes(':') ? `[${address}]` : address;
  const answer = served.safeParse(JSON.parse(await textOf(`http://${host}:${ENGINE_HTTP_PORT}${PATH}`)));
  if (!answer.success) throw new Error(`expected digest and refused: ${z.prettifyError(answer.error)}`);
  return answer.data;
}

function textOf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // A connection of its own: the pods of a change are asked a few times, and never again.
    const options = { agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) };
    request(url, options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response
        .on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length > MAX_ANSWER) response.destroy(new Error(`expected at most ${MAX_ANSWER} bytes`));
        })
        .on('end', () => {
          if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString());
          else reject(new Error(`expected the status 200, got ${response.statusCode}`));
        })
        .on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

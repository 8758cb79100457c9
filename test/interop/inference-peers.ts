import { fileURLToPath } from 'node:url';
import { freePorts } from '#system';
import type { PythonEnvironment } from '../python/environment.js';
import { isListening, type Peer, startPeer } from '../python/peer.js';
import { Driver } from './driver.js';

const FOLDER = fileURLToPath(new URL('./mlserver', import.meta.url));

/** MLServer with the models doubler, tripler and echo, over REST and gRPC. */
export interface MlServer extends Peer {
  readonly url: string;
  readonly grpcUrl: string;
}

export async function startMlServer(python: PythonEnvironment): Promise<MlServer> {
  const [http, grpc, metrics] = (await freePorts(3)) as [number, number, number];
  const url = `http://127.0.0.1:${http}`;
  const peer = await startPeer([python.program('mlserver'), 'start', FOLDER], {
    env: {
      MLSERVER_HTTP_PORT: String(http),
      MLSERVER_GRPC_PORT: String(grpc),
      MLSERVER_METRICS_PORT: String(metrics),
      PYTHONPATH: FOLDER,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    isReady: async () => (await isReady(url)) && (await isListening(grpc)),
  });
  return { ...peer, url, grpcUrl: `grpc://127.0.0.1:${grpc}` };
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/v2/health/ready`).catch(() => null);
  await answer?.arrayBuffer();
  return answer?.ok ?? false;
}

/** One call of `tritonclient.{transport}.InferenceServerClient(url).method(**args)`. */
export interface InferenceCall {
  readonly transport: 'http' | 'grpc';
  readonly url: string;
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What it gave: a response, or null with the error's message and status. */
export interface InferenceOutcome {
  readonly success: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
  readonly response: any;
  readonly msg?: string;
  readonly status?: string;
}

/** A Python process with NVIDIA's client of the Open Inference Protocol in it. */
export class InferenceClient extends Driver<InferenceCall, InferenceOutcome> {
  constructor(python: PythonEnvironment) {
    super(python, './inference_client.py');
  }
}

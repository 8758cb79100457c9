import { Logger } from '@nestjs/common';
import { type GraphNode, nodesOf, type Predictor } from '#graph';
import { UnusableComponentError } from '#transport';
import type { EngineEnvironment } from '../router-config.js';
import type { NodeLog } from './logged-component.js';
import type { PayloadLog } from './payload-log.js';

const QUEUE_ANNOTATION = 'seldon.io/executor-logger-queue-size';
const DEFAULT_QUEUE_SIZE = 10_000;
const MAX_QUEUE_SIZE = 1_000_000;

/** What the events of a predictor say of where they come from. */
export interface PredictorOrigin {
  readonly namespace: string;
  readonly deployment: string;
  readonly predictor: string;
  /** The deployment's, as its manifest calls it. */
  readonly protocol: string;
  readonly environment: EngineEnvironment;
  /** 0 where a free one is taken. */
  readonly port: number;
}

/** By node: where its payloads go. Throws `UnusableComponentError` where that is no address. */
export function nodeLogs(
  predictor: Predictor,
  { environment, port, ...place }: PredictorOrigin,
  log: PayloadLog,
): ReadonlyMap<string, NodeLog> {
  const logged = nodesOf(predictor.graph).filter((node) => node.logger !== undefined);
  const logs = new Map<string, NodeLog>();
  if (logged.length === 0) return logs;
  const queue = log.queue(queueSizeOf(predictor));
  const host = environment.POD_NAME ?? 'localhost';
  const source = port === 0 ? `http://${host}/` : `http://${host}:${port}/`;
  for (const node of logged) {
    const url = sinkOf(node, environment.REQUEST_LOGGER_DEFAULT_ENDPOINT);
    if (url === null) continue;
    const origin = { ...place, node: node.name, source };
    logs.set(node.name, { queue, url, mode: node.logger!.mode, origin });
  }
  return logs;
}

function sinkOf({ name, logger }: GraphNode, standard: string | undefined): URL | null {
  const text = logger!.url ?? standard;
  if (text === undefined) {
    const why = 'its logger has no url and REQUEST_LOGGER_DEFAULT_ENDPOINT is not set';
    new Logger('PayloadLog').warn(`node ${name}: nothing is logged: ${why}`);
    return null;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  const expected = 'logger.url, or else REQUEST_LOGGER_DEFAULT_ENDPOINT, must be an http or https URL';
  throw new UnusableComponentError(name, `${expected}, got ${text}`);
}

function queueSizeOf({ name, annotations }: Predictor): number {
  const annotation = annotations[QUEUE_ANNOTATION];
  if (annotation === undefined) return DEFAULT_QUEUE_SIZE;
  const size = Number(annotation);
  if (Number.isInteger(size) && size > 0 && size <= MAX_QUEUE_SIZE) return size;
  const expected = `a whole number from 1 to ${MAX_QUEUE_SIZE}`;
  throw new UnusableComponentError(
    name,
    `annotation ${QUEUE_ANNOTATION} must be ${expected}, got ${annotation}`,
  );
}

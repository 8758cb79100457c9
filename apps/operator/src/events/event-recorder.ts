import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ApiError } from '../api/errors.js';
import { collectionPath } from '../api/kinds.js';
import type { Call, KubernetesClient } from '../api/kubernetes-client.js';

const EVENTS = { apiVersion: 'v1', plural: 'events' };
const COMPONENT = 'switchyard-operator';
/** How often the same is told again. */
const QUIET_MS = 60_000;
const MAX_REMEMBERED = 4096;
const MAX_MESSAGE = 1000;

/** Something to tell the people who own a deployment. */
export interface Told {
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** The deployment that it is about. */
interface About {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Tells of a deployment by Events. The same is one Event with a count, which is written again once a minute at most;
 * nothing waits for it.
 */
export class EventRecorder {
  private readonly logger = new Logger('Operator');
  private readonly remembered = new Map<string, { count: number; until: number }>();
  private readonly sending = new Set<Promise<void>>();

  constructor(private readonly client: KubernetesClient) {}

  tell(about: About, told: Told): void {
    const id = createHash('sha256').update([about.uid, told.reason, told.message].join('\n')).digest('hex');
    const known = this.remembered.get(id) ?? { count: 0, until: 0 };
    known.count++;
    this.remember(id, known);
    if (Date.now() < known.until) return;
    known.until = Date.now() + QUIET_MS;
    const sent = this.send(`${about.name}.${id.slice(0, 16)}`, about, told, known.count).catch(
      (error: Error) => {
        this.logger.warn(`${about.namespace}/${about.name}: ${told.message} (no Event: ${error.message})`);
      },
    );
    this.sending.add(sent);
    void sent.finally(() => this.sending.delete(sent));
  }

  /** Resolves when all that was told has been sent. */
  async settled(): Promise<void> {
    await Promise.all(this.sending);
  }

  /** The oldest is forgotten first. */
  private remember(id: string, known: { count: number; until: number }): void {
    this.remembered.delete(id);
    this.remembered.set(id, known);
    if (this.remembered.size > MAX_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value!);
  }

  private async send(name: string, about: About, told: Told, count: number): Promise<void> {
    const path = collectionPath(EVENTS, about.namespace);
    const now = new Date().toISOString();
    const event = { ...eventOf(name, about, told), count, firstTimestamp: now, lastTimestamp: now };
    const make: Call = { method: 'POST', path, body: event };
    const countUp: Call = {
      method: 'PATCH',
      path: `${path}/${name}`,
      body: { count, lastTimestamp: now },
      contentType: 'application/merge-patch+json',
    };
    const [first, second] = count === 1 ? [make, countUp] : [countUp, make];
    try {
      await this.client.call(first);
    } catch (error) {
      if (!isOther(error)) throw error;
      await this.client.call(second);
    }
  }
}

/** An earlier process told it already, or it was told so long ago that it has expired. */
function isOther(error: unknown): boolean {
  return error instanceof ApiError && (error.reason === 'AlreadyExists' || error.status === 404);
}

function eventOf(name: string, { uid, namespace, name: deployment }: About, { type, reason, message }: Told) {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: 'machinelearning.seldon.io/v1',
      kind: 'SeldonDeployment',
      ...{ namespace, name: deployment, uid },
    },
    ...{ type, reason, message: message.slice(0, MAX_MESSAGE) },
    source: { component: COMPONENT },
    reportingComponent: COMPONENT,
  };
}

import type { GraphProgress } from '../graphs/graph-changes.js';
import type { Trouble } from '../pods/trouble.js';
import type { ServedResource } from '../reconcile/served-resource.js';
import type { EventRecorder } from './event-recorder.js';

/** Tells what keeps pods from answering, by the name of their Deployment, and engines from serving their graph. */
export function tellOfPods(
  events: EventRecorder,
  resource: ServedResource,
  troubles: ReadonlyMap<string, Trouble>,
  { refused, unconfirmed }: GraphProgress,
): void {
  const warn = (reason: string, message: string) =>
    events.tell(resource, { type: 'Warning', reason, message });
  for (const [name, { reason, text }] of troubles) warn(reason, `${name}: ${text}`);
  for (const message of new Set(refused)) warn('GraphRefused', message);
  const isKnown = resource.status?.conditions?.some(({ reason }) => reason === 'NotConfirmed');
  if (!isKnown) for (const message of unconfirmed) warn('GraphNotConfirmed', message);
}

import type { Message } from '#protocol';
import { chosenChildren } from './chosen-children.js';
import type { Call } from './component.js';
import { MissingRoutingError } from './errors.js';
import { isExperiment } from './implementations.js';
import type { RunnableNode } from './runnable-node.js';
import { settleAll } from './settle.js';

/**
 * Hands a feedback to the nodes that took part in its prediction, children first (reference seldon-v1.md, section
 * 4.6). Gives the root's own answer, null where the root is not called. Throws `MissingRoutingError` or
 * `InvalidRouteError` before anybody is called where `routing` leaves open who took part.
 */
export async function sendFeedback(
  root: RunnableNode,
  feedback: Message,
  routing: Readonly<Record<string, number>>,
  call: Call,
): Promise<Message | null> {
  return deliver(participants(root, routing), feedback, call);
}

interface Participant {
  readonly of: RunnableNode;
  readonly children: readonly Participant[];
}

function participants(root: RunnableNode, routing: Readonly<Record<string, number>>): Participant {
  const chosen = chosenChildren(root, routeTaken(root, routing));
  return { of: root, children: chosen.map((child) => participants(child, routing)) };
}

/** A node that never routes asked all of its children; an experiment asked exactly one. */
function routeTaken(
  { node, calls, children }: RunnableNode,
  routing: Readonly<Record<string, number>>,
): number {
  const route = Object.hasOwn(routing, node.name) ? routing[node.name]! : undefined;
  if (children.length === 0) return -1;
  if (route === undefined ? calls.has('ROUTE') && children.length > 1 : route < 0 && isExperiment(node)) {
    throw new MissingRoutingError(node.name, route);
  }
  return route ?? -1;
}

async function deliver(
  { of, children }: Participant,
  feedback: Message,
  call: Call,
): Promise<Message | null> {
  await settleAll(children.map((child) => deliver(child, feedback, call)));
  return of.calls.has('SEND_FEEDBACK') ? of.component.sendFeedback(feedback, call) : null;
}

import { type Message, spliceMeta } from '#protocol';
import { chosenChildren } from './chosen-children.js';
import type { Call } from './component.js';
import type { RunnableNode } from './runnable-node.js';
import { settleAll } from './settle.js';

/** Runs a message through a graph (reference seldon-v1.md, section 4.1) and notes the routes taken in `call`. */
export async function predict(root: RunnableNode, message: Message, call: Call): Promise<Message> {
  const input = await transformInput(root, message, call);
  const answer = root.children.length > 0 ? await predictChildren(root, input, call) : input;
  return root.calls.has('TRANSFORM_OUTPUT') ? root.component.transformOutput(answer, call) : answer;
}

async function transformInput(root: RunnableNode, message: Message, call: Call): Promise<Message> {
  const { node, component, calls } = root;
  if (!calls.has('PREDICT') && !calls.has('TRANSFORM_INPUT')) return message;
  call.routing.set(node.name, -1);
  return calls.has('PREDICT') ? component.predict(message, call) : component.transformInput(message, call);
}

async function predictChildren(root: RunnableNode, message: Message, call: Call): Promise<Message> {
  const { node, component, calls } = root;
  const route = calls.has('ROUTE') ? await component.route(message, call) : -1;
  const chosen = chosenChildren(root, route);
  const answers = await settleAll(chosen.map((child) => predict(child, message, call)));
  const read = withRouting(answers, root, call);
  call.routing.set(node.name, route);
  if (chosen.length === 0) return message;
  return calls.has('AGGREGATE') ? component.aggregate(read, call) : read[0]!;
}

/**
 * The answers as this node's component gets them under injection (reference seldon-v1.md, section 4.5): the routes of
 * the nodes below it, in answers that have a `meta`. Untouched where the component reads none of them.
 */
function withRouting(answers: Message[], { calls }: RunnableNode, call: Call): readonly Message[] {
  if (!call.injectsRouting) return answers;
  if (!calls.has('AGGREGATE') && !calls.has('TRANSFORM_OUTPUT')) return answers;
  const routing = Object.fromEntries(call.routing);
  return answers.map((answer) => spliceMeta(answer, { routing }, { addMeta: false }));
}

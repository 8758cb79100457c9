import type { Call } from '#graph';
import { type Message, PROPENSITY_TAG, readRoute, statedPropensity } from '#protocol';

/**
 * The route in a component's answer; what the component says of its propensity goes into the call. Wrappers copy the
 * tags of a request into their answer, so where the request has that tag nobody knows whose word it is.
 * Throws `InvalidRouteValueError`.
 */
export function takeRoute(
  node: string,
  request: Message,
  answer: Message,
  call: Call,
  read: (answer: Message) => number = readRoute,
): number {
  const route = read(answer);
  const stated = statedPropensity(answer);
  if (stated !== undefined && !hasOwnTag(request)) call.statedPropensities.set(node, stated);
  return route;
}

/** Looks into the message only where an escape might hide the name. */
function hasOwnTag(request: Message): boolean {
  if (request.mentions(PROPENSITY_TAG)) return true;
  try {
    return request.mentions('\\u') && statedPropensity(request) !== undefined;
  } catch {
    return true;
  }
}

import { InvalidRouteValueError, MalformedBodyError } from './errors.js';
import type { Message } from './message.js';

/**
 * The number in a component's answer to `/route`: the first one of its ndarray, tensor or tftensor, without its
 * fraction, or the first of a bare JSON list of integers. Its range is not checked: only the graph knows the children.
 */
export function readRoute(message: Message): number {
  const answer = decode(message);
  const route = Array.isArray(answer) ? integer(answer[0]) : firstNumber(dataOf(answer));
  if (route === undefined) throw new InvalidRouteValueError(answer);
  return route;
}

function decode(message: Message): unknown {
  try {
    return message.value;
  } catch (error) {
    if (error instanceof MalformedBodyError) {
      throw new InvalidRouteValueError(message.bytes.toString('utf8') || undefined);
    }
    throw error;
  }
}

/** Where a component says with which probability it chose its route: `meta.tags` of the answer. */
export const PROPENSITY_TAG = 'switchyard.propensity';

/** What a component's answer to `/route` says of it, unchecked; undefined where it says nothing. */
export function statedPropensity({ value }: Message): unknown {
  const { meta } = (value ?? {}) as {
    readonly meta?: { readonly tags?: Readonly<Record<string, unknown>> } | null;
  };
  return meta?.tags?.[PROPENSITY_TAG];
}

interface Data {
  readonly ndarray?: unknown;
  readonly tensor?: { readonly values?: unknown } | null;
  readonly tftensor?: { readonly intVal?: unknown } | null;
}

function dataOf(answer: unknown): Data {
  return (answer as { readonly data?: Data | null } | null)?.data ?? {};
}

function firstNumber(data: Data): number | undefined {
  let first = data.ndarray ?? data.tensor?.values ?? data.tftensor?.intVal;
  if (!Array.isArray(first)) return undefined;
  while (Array.isArray(first)) first = first[0];
  // Adding zero turns the -0 of -0.5 into 0.
  return typeof first === 'number' && Number.isFinite(first) ? Math.trunc(first) + 0 : undefined;
}

function integer(value: unknown): number | undefined {
  return Number.isInteger(value) ? (value as number) : undefined;
}

import { InvalidRouteValueError, MalformedBodyError } from './errors.js';
import type { Message } from './message.js';

/**
 * The number in a component's answer to `/route`: the first one of its ndarray, tensor or tftensor, without its
 * fraction, or the first of a bare JSON list of integers. Its range is not checked: only the graph knows the children.
 */
export function readRoute(message: Message): number {
  const answer = decode(message);
  const route = seldonRoute(answer);
  if (route === undefined) throw new InvalidRouteValueError(answer);
  return route;
}

/** As `readRoute`, in the arrays that `listOf` finds in an answer of another protocol; if none, in Seldon's form. */
export function readRouteIn(message: Message, listOf: (answer: unknown) => unknown, example: string): number {
  const answer = decode(message);
  const list = listOf(answer);
  const route = list === undefined ? seldonRoute(answer) : firstNumber(list);
  if (route === undefined) throw new InvalidRouteValueError(answer, example);
  return route;
}

function seldonRoute(answer: unknown): number | undefined {
  return Array.isArray(answer) ? integer(answer[0]) : firstNumber(arraysOf(dataOf(answer)));
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

function arraysOf(data: Data): unknown {
  return data.ndarray ?? data.tensor?.values ?? data.tftensor?.intVal;
}

function firstNumber(arrays: unknown): number | undefined {
  let first = arrays;
  if (!Array.isArray(first)) return undefined;
  while (Array.isArray(first)) first = first[0];
  // Adding zero turns the -0 of -0.5 into 0.
  return typeof first === 'number' && Number.isFinite(first) ? Math.trunc(first) + 0 : undefined;
}

function integer(value: unknown): number | undefined {
  return Number.isInteger(value) ? (value as number) : undefined;
}

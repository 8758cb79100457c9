import { UsageError } from '../failure.js';

type Key = string | number;

const SEGMENT = /\.?(?<name>[^.[\]"]+)|\[(?<index>\d+)\]|\["(?<quoted>[^"]*)"\]/y;

/**
 * Sets a field in place: `spec.predictors[0].replicas`, `metadata.annotations["seldon.io/no-engine"]`. All above it must
 * be there. Throws `UsageError`.
 */
export function setField(root: object, path: string, text: string): void {
  const keys = keysOf(path);
  const last = keys.pop()!;
  const parent = keys.reduce<unknown>((value, key, depth) => {
    if (has(value, key)) return (value as Record<Key, unknown>)[key];
    throw missing(path, keys.slice(0, depth + 1));
  }, root);
  if (!canHold(parent, last)) throw missing(path, [...keys, last]);
  const holder = parent as Record<Key, unknown>;
  holder[last] = valueFor(text, holder[last], last);
}

function keysOf(path: string): Key[] {
  const keys: Key[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < path.length || keys.length === 0) {
    const groups = SEGMENT.exec(path)?.groups;
    if (groups === undefined) {
      throw new UsageError(`--field must be like spec.predictors[0].replicas=2, got the path ${path}`);
    }
    keys.push(groups.index === undefined ? (groups.name ?? groups.quoted)! : Number(groups.index));
  }
  return keys;
}

function has(value: unknown, key: Key): boolean {
  const isList = Array.isArray(value);
  return isList === (typeof key === 'number') && typeof value === 'object' && Object.hasOwn(value ?? {}, key);
}

function canHold(value: unknown, key: Key): boolean {
  if (typeof key === 'number') return has(value, key);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function missing(path: string, keys: readonly Key[]): UsageError {
  const reached = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return new UsageError(`--field ${path}: the deployment has no ${reached.replace(/^\./, '')}`);
}

/** Of the kind that stands there. Where nothing does, numbers and booleans are such, except in Seldon's `value`. */
function valueFor(text: string, before: unknown, key: Key): unknown {
  const isText = typeof before === 'string' || key === 'value' || text.includes('{{');
  if (isText) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

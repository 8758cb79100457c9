import { defaultFloor } from './floor.js';
import { InvalidOptionError } from './invalid-option-error.js';
import { policyKind } from './policies/index.js';
import type { OptionDeclaration, PolicyOptions } from './policy.js';

type OptionValue = PolicyOptions[string];

const SUM_TOLERANCE = 1e-6;

/**
 * The options of policy `name` for these arms, checked against its declarations, defaults filled in. Throws
 * `InvalidOptionError` for the first that is unknown, missing or wrong.
 */
export function completeOptions(name: string, options: unknown, arms: readonly string[]): PolicyOptions {
  const declared = policyKind(name).options;
  const given = options === undefined ? {} : options;
  if (!isRecord(given)) throw new InvalidOptionError('options', options, 'an object');
  for (const option of Object.keys(given)) {
    if (Object.hasOwn(declared, option)) continue;
    throw new InvalidOptionError(
      option,
      given[option],
      `absent: ${name} has ${Object.keys(declared).join(', ')}`,
    );
  }
  const entries = Object.entries(declared).map(([option, declaration]): [string, OptionValue] => {
    const value = Object.hasOwn(given, option) ? given[option] : undefined;
    return [option, complete(option, value, declaration, arms)];
  });
  return Object.fromEntries(entries);
}

function complete(
  option: string,
  value: unknown,
  declaration: OptionDeclaration,
  arms: readonly string[],
): OptionValue {
  if (declaration.type === 'weights') return checkWeights(option, value, arms);
  const most = option === 'floor' ? 1 / Math.max(arms.length, 1) : declaration.max;
  const fallback = option === 'floor' ? defaultFloor(declaration.default!, arms.length) : declaration.default;
  return checkNumber(option, value === undefined ? fallback : value, declaration.min, most);
}

function checkNumber(option: string, value: unknown, min = -Infinity, max = Infinity): number {
  if (typeof value === 'number' && value >= min && value <= max && Number.isFinite(value)) return value;
  throw new InvalidOptionError(option, value, range(min, max));
}

function range(min: number, max: number): string {
  if (Number.isFinite(min) && Number.isFinite(max)) return `between ${min} and ${max}`;
  return Number.isFinite(min) ? `a finite number of at least ${min}` : 'a finite number';
}

function checkWeights(
  option: string,
  value: unknown,
  arms: readonly string[],
): Readonly<Record<string, number>> {
  if (!isRecord(value))
    throw new InvalidOptionError(option, value, `an object with a share for ${arms.join(', ')}`);
  const stranger = Object.keys(value).find((arm) => !arms.includes(arm));
  if (stranger !== undefined) {
    throw new InvalidOptionError(
      `${option}.${stranger}`,
      value[stranger],
      `absent: the arms are ${arms.join(', ')}`,
    );
  }
  const shares = arms.map((arm): [string, number] => {
    const share = Object.hasOwn(value, arm) ? value[arm] : undefined;
    return [arm, checkNumber(`${option}.${arm}`, share, 0)];
  });
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  if (Math.abs(sum - 1) <= SUM_TOLERANCE) return Object.fromEntries(shares);
  throw new InvalidOptionError(option, sum, 'shares that sum to 1');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

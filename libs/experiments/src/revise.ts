import { COMPONENT_POLICY, completeOptions, InvalidOptionError, type PolicyOptions } from '#bandits';
import { excerpt } from '#protocol';
import { changesBetween } from './changes-between.js';
import { InvalidPatchError } from './errors.js';
import type { Arm, Change, ExperimentConfig, ExperimentPatch } from './experiment.js';

export interface Revised {
  readonly config: ExperimentConfig;
  /** Empty when nothing differs. */
  readonly changes: readonly Change[];
}

const PATCH_FIELDS = ['policy', 'options', 'weights', 'arms'];

/** Throws `InvalidPatchError` naming the first field that cannot be. The patch may come unchecked from outside. */
export function revise(config: ExperimentConfig, patch: ExperimentPatch): Revised {
  checkNames('', recordOf(patch, 'the patch'), PATCH_FIELDS);
  refuseWhereComponentChooses(config, patch);
  const policy = policyOf(config, patch);
  const arms = revisedArms(config.arms, patch.arms);
  const given = { ...givenOptions(patch.options), ...givenWeights(patch, config.arms) };
  const kept = policy === config.policy ? config.options : {};
  const options = complete(policy, { ...kept, ...given }, arms);
  const revised = { ...config, policy, options, arms };
  return { config: revised, changes: changesBetween(config, revised) };
}

function refuseWhereComponentChooses({ policy }: ExperimentConfig, patch: ExperimentPatch): void {
  const [field] = Object.entries(patch);
  if (policy !== COMPONENT_POLICY || field === undefined) return;
  throw new InvalidPatchError(
    field[0],
    "left out: the node's own component makes the choice",
    excerpt(field[1]),
  );
}

function policyOf(config: ExperimentConfig, patch: ExperimentPatch): string {
  if (patch.weights === undefined) return patch.policy ?? config.policy;
  const policy = patch.policy ?? 'weighted';
  if (policy !== 'weighted') {
    throw new InvalidPatchError('weights', `left out when policy is ${policy}`, excerpt(patch.weights));
  }
  return policy;
}

function revisedArms(arms: readonly Arm[], patch: ExperimentPatch['arms']): Arm[] {
  const changed = patch === undefined ? {} : recordOf(patch, 'arms');
  checkNames(
    'arms.',
    changed,
    arms.map((arm) => arm.id),
  );
  const revised = arms.map((arm) =>
    Object.hasOwn(changed, arm.id) ? { ...arm, enabled: enabledOf(arm.id, changed[arm.id]) } : arm,
  );
  if (!revised.some((arm) => arm.enabled)) {
    throw new InvalidPatchError('arms', 'such that at least one stays enabled', excerpt(patch));
  }
  return revised;
}

function enabledOf(arm: string, patch: unknown): boolean {
  const field = `arms.${arm}`;
  const fields = recordOf(patch, field);
  checkNames(`${field}.`, fields, ['enabled']);
  const { enabled } = fields;
  if (typeof enabled !== 'boolean') {
    throw new InvalidPatchError(`${field}.enabled`, 'true or false', excerpt(enabled));
  }
  return enabled;
}

function givenOptions(options: unknown): Record<string, unknown> {
  return options === undefined ? {} : recordOf(options, 'options');
}

function givenWeights(patch: ExperimentPatch, arms: readonly Arm[]): { readonly weights?: unknown } {
  const { weights } = patch;
  if (weights === undefined) return {};
  if (patch.options?.weights !== undefined) {
    throw new InvalidPatchError('options.weights', 'left out beside weights', excerpt(patch.options.weights));
  }
  if (!Array.isArray(weights)) return { weights };
  if (weights.length !== arms.length) {
    const names = arms.map((arm) => arm.id).join(', ');
    throw new InvalidPatchError('weights', `${arms.length} numbers, one each for ${names}`, excerpt(weights));
  }
  return { weights: Object.fromEntries(arms.map((arm, index) => [arm.id, weights[index]])) };
}

function complete(policy: string, given: Record<string, unknown>, arms: readonly Arm[]): PolicyOptions {
  try {
    const options = completeOptions(
      policy,
      given,
      arms.map((arm) => arm.id),
    );
    checkEnabledWeight(options, arms);
    return options;
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error;
    throw new InvalidPatchError(fieldOf(error.option), error.expected, excerpt(error.value));
  }
}

function checkEnabledWeight({ weights }: PolicyOptions, arms: readonly Arm[]): void {
  if (typeof weights !== 'object') return;
  const enabled = arms.filter((arm) => arm.enabled);
  if (enabled.some((arm) => (weights[arm.id] ?? 0) > 0)) return;
  const names = enabled.map((arm) => arm.id).join(', ');
  throw new InvalidPatchError('weights', `positive for an enabled arm (${names})`, excerpt(weights));
}

function fieldOf(option: string): string {
  return option === 'policy' || option.startsWith('weights') ? option : `options.${option}`;
}

function recordOf(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new InvalidPatchError(field, 'an object', excerpt(value));
}

function checkNames(prefix: string, record: Record<string, unknown>, names: readonly string[]): void {
  const unknown = Object.keys(record).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new InvalidPatchError(`${prefix}${unknown}`, `one of ${names.join(', ')}`, excerpt(unknown));
}

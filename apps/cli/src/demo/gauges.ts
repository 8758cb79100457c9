/** One sample of Prometheus' text format. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a router knows of one arm. */
export interface ArmReading {
  readonly arm: string;
  readonly decisions: number;
  /** Rewarded decisions. */
  readonly pulls: number;
  readonly reward: number;
  readonly squaredReward: number;
  /** 0 for an arm that is off. */
  readonly probability: number;
}

export interface Reading {
  readonly experiment: string;
  readonly arms: readonly ArmReading[];
}

const GAUGES = {
  decisions: 'switchyard_evidence_decisions',
  pulls: 'switchyard_evidence_pulls',
  reward: 'switchyard_evidence_reward',
  squaredReward: 'switchyard_evidence_squared_reward',
  probability: 'switchyard_arm_probability',
} as const;

/** The experiments in a router's metrics. */
export function readGauges(metrics: string): Reading[] {
  const experiments = new Map<string, Map<string, Record<string, number>>>();
  const keyOf = new Map(Object.entries(GAUGES).map(([key, name]) => [name as string, key]));
  for (const { name, labels, value } of samples(metrics)) {
    const key = keyOf.get(name);
    if (!key || !labels.experiment || !labels.arm) continue;
    const arms = experiments.get(labels.experiment) ?? new Map<string, Record<string, number>>();
    experiments.set(labels.experiment, arms);
    arms.set(labels.arm, { ...arms.get(labels.arm), [key]: value });
  }
  return [...experiments].map(([experiment, arms]) => ({
    experiment,
    arms: [...arms].map(([arm, values]) => ({ arm, ...NOTHING, ...values })),
  }));
}

const NOTHING = { decisions: 0, pulls: 0, reward: 0, squaredReward: 0, probability: 0 };

function* samples(metrics: string): Generator<Sample> {
  for (const line of metrics.split('\n')) {
    const [, name, labels, value] = /^([a-z_]+)\{(.*)\} (\S+)/.exec(line) ?? [];
    if (!name) continue;
    const pairs = labels!.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g);
    yield { name, labels: Object.fromEntries([...pairs].map(([, k, v]) => [k!, v!])), value: Number(value) };
  }
}

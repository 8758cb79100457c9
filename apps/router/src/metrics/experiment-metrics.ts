import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Snapshot } from '#experiments';
import { DecisionLog } from '../decisions/decision-log.js';
import { Deployments } from '../deployments/deployments.js';

type Values = readonly (readonly [arm: string, value: number])[];

const PER_ARM: readonly { readonly name: string; readonly help: string; of(snapshot: Snapshot): Values }[] = [
  {
    name: 'switchyard_arm_probability',
    help: 'Probability with which the next request gets the arm; 0 for an arm that is off, none where unknown',
    of: ({ published, probabilities }) =>
      published.config.arms.flatMap(({ id, enabled }, index) => {
        const probability = probabilities[index] ?? (enabled ? null : 0);
        return probability === null ? [] : [[id, probability] as const];
      }),
  },
  {
    name: 'switchyard_evidence_decisions',
    help: 'Decisions in the ledger',
    of: ({ published }) => published.evidence.map(({ arm, decisions }) => [arm, decisions]),
  },
  {
    name: 'switchyard_evidence_pulls',
    help: 'Decisions whose outcome is counted',
    of: ({ published }) => published.evidence.map(({ arm, pulls }) => [arm, pulls]),
  },
  {
    name: 'switchyard_evidence_reward',
    help: 'Sum of the outcomes',
    of: ({ published }) => published.evidence.map(({ arm, reward }) => [arm, reward]),
  },
  {
    name: 'switchyard_evidence_squared_reward',
    help: 'Sum of the squared outcomes',
    of: ({ published }) => published.evidence.map(({ arm, squaredReward }) => [arm, squaredReward]),
  },
];

const PER_EXPERIMENT: readonly {
  readonly name: string;
  readonly help: string;
  of(snapshot: Snapshot): number;
}[] = [
  {
    name: 'switchyard_evidence_version',
    help: 'Version of the evidence that this router chooses by',
    of: ({ published }) => published.evidenceVersion,
  },
  {
    name: 'switchyard_revision',
    help: 'Revision of the configuration that this router chooses by',
    of: ({ published }) => published.revision,
  },
];

/** What this router chooses and knows, read from its snapshots when somebody asks. */
@Injectable()
export class ExperimentMetrics {
  constructor(
    private readonly registry: Registry,
    private readonly deployments: Deployments,
    private readonly log: DecisionLog,
  ) {}

  register(): void {
    for (const { name, help, of } of PER_ARM) this.perArm(name, help, of);
    for (const { name, help, of } of PER_EXPERIMENT) this.perExperiment(name, help, of);
    this.decisions();
    this.withoutPropensity();
    this.dropped();
  }

  private perArm(name: string, help: string, of: (snapshot: Snapshot) => Values): void {
    const open = () => this.open();
    new Gauge({
      name,
      help,
      labelNames: ['experiment', 'arm'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const snapshot of open()) {
          for (const [arm, value] of of(snapshot))
            this.set({ experiment: snapshot.published.name, arm }, value);
        }
      },
    });
  }

  private perExperiment(name: string, help: string, of: (snapshot: Snapshot) => number): void {
    const open = () => this.open();
    new Gauge({
      name,
      help,
      labelNames: ['experiment'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const snapshot of open()) this.set({ experiment: snapshot.published.name }, of(snapshot));
      },
    });
  }

  private decisions(): void {
    const { log, deployments } = this;
    new Counter({
      name: 'switchyard_decisions_total',
      help: 'Decisions of this process',
      labelNames: ['experiment', 'arm'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { experimentId, experimentName } of deployments.experiments()) {
          for (const [arm, count] of log.chosen(experimentId))
            this.inc({ experiment: experimentName, arm }, count);
        }
      },
    });
  }

  private withoutPropensity(): void {
    const { log, deployments } = this;
    const experiments = () => deployments.experiments().filter(({ isOurs }) => !isOurs);
    new Counter({
      name: 'switchyard_decisions_without_propensity_total',
      help: 'Decisions of this process by components that did not say how likely their choice was',
      labelNames: ['experiment'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { experimentId, experimentName } of experiments()) {
          this.inc({ experiment: experimentName }, log.withoutPropensity(experimentId));
        }
      },
    });
  }

  private dropped(): void {
    const { log } = this;
    new Counter({
      name: 'switchyard_decisions_dropped_total',
      help: 'Decisions that did not reach the stream',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(log.dropped);
      },
    });
  }

  private open(): Snapshot[] {
    return this.deployments
      .experiments()
      .map((point) => point.snapshot())
      .filter((snapshot) => snapshot !== undefined);
  }
}

import { choose } from '#bandits';
import type { Deployment } from '#graph';
import { type Dialect, dialects } from '#protocol';
import type { DecisionPoint } from '../decisions/decision-point.js';
import { RecentDecisions } from '../decisions/recent-decisions.js';
import type { EngineEnvironment } from '../router-config.js';
import type { ServedPredictor } from './served-predictor.js';

/** One deployment as this router serves it. */
export class ServedDeployment {
  readonly namespace: string;
  readonly name: string;
  readonly dialect: Dialect;
  /** `/seldon/{namespace}/{deployment}` */
  readonly prefix: string;
  /** Its predictors' engine variables; where two differ, the first has its way. */
  readonly environment: EngineEnvironment;
  readonly recent: RecentDecisions;
  /** Whether clients may hold decisions of it that came from an earlier graph. */
  readonly hasChanged: boolean;
  /** Whether clients may hold decisions of it. */
  readonly decides: boolean;
  /** Predictors that get a copy of every prediction and answer nobody. */
  readonly shadows: readonly ServedPredictor[];
  private readonly answering: readonly ServedPredictor[];
  private readonly key: string;
  private readonly sharing: readonly ServedPredictor[];
  private readonly names: readonly string[];
  private readonly shares: readonly number[];
  private inUse = 0;

  constructor(
    deployment: Deployment,
    readonly predictors: readonly ServedPredictor[],
    /** The same deployment as it was served before. */
    earlier?: ServedDeployment,
  ) {
    this.namespace = deployment.namespace;
    this.name = deployment.name;
    this.dialect = dialects[deployment.protocol];
    this.key = `${this.namespace}.${this.name}`;
    this.environment = Object.assign({}, ...predictors.map(({ environment }) => environment).reverse());
    this.prefix = `/seldon/${this.namespace}/${this.name}`;
    this.shadows = predictors.filter(({ declared }) => declared.shadow);
    this.answering = predictors.filter(({ declared }) => !declared.shadow);
    this.sharing = this.answering.filter(({ declared }) => declared.traffic > 0);
    this.names = this.sharing.map(({ name }) => name);
    this.shares = this.sharing.map(({ declared }) => declared.traffic / 100);
    this.recent = earlier?.recent ?? new RecentDecisions();
    this.hasChanged = earlier !== undefined;
    this.decides = earlier?.decides === true || this.experiments().length > 0;
  }

  /** By `traffic`; the same predictor for the same prediction id on every replica. */
  predictorFor(puid: string): ServedPredictor {
    if (this.sharing.length === 1) return this.sharing[0]!;
    return this.sharing[choose(this.key, puid, this.names, this.shares)]!;
  }

  get isBusy(): boolean {
    return this.inUse > 0;
  }

  /** Whoever uses its components says so before, and calls `leave` afterwards. */
  enter(): void {
    this.inUse++;
  }

  leave(): void {
    this.inUse--;
  }

  /** Where choices are made that clients see, and reward. */
  experiments(): DecisionPoint[] {
    return this.answering.flatMap(({ experiments }) => experiments);
  }

  /** Throws `UndeclaredArmError` where an experiment was published without an arm of this graph, or not at all. */
  requireArms(): void {
    for (const experiment of this.experiments()) experiment.requireArms();
  }

  /** Rejects with the reason of what cannot answer yet; shadows answer nobody. */
  async ready(): Promise<void> {
    await Promise.all(this.answering.map((predictor) => predictor.ready()));
  }

  /** Whether an experiment of this name belongs to this deployment, in any version of its manifest. */
  owns(experimentName: string): boolean {
    return experimentName.startsWith(`${this.key}.`);
  }
}

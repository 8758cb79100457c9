import { Injectable } from '@nestjs/common';
import { type Decision, InvalidReceiptError } from '#experiments';
import { InvalidRouteError, MissingRoutingError, sendFeedback } from '#graph';
import { InvalidFeedbackError, type Message, readFeedback, type SeldonFeedback } from '#protocol';
import type { Answer } from '../data-plane/answer.js';
import { InvalidPredictionIdError } from '../data-plane/errors.js';
import type { Exchange } from '../data-plane/exchange.js';
import { isPredictionId } from '../data-plane/prediction-id.js';
import type { DecisionPoint } from '../decisions/decision-point.js';
import { PredictionCall } from '../decisions/prediction-call.js';
import type { ServedDeployment } from '../deployments/served-deployment.js';
import type { ServedPredictor } from '../deployments/served-predictor.js';
import { RewardCounters } from '../metrics/reward-counters.js';
import { DecisionFinder, type DecisionWish } from './decision-finder.js';
import { ContradictoryFeedbackError, UnidentifiedFeedbackError, UnknownDecisionError } from './errors.js';
import { RewardRecorder } from './reward-recorder.js';

/** The reason in the counter. */
const WITHOUT_DECISION = 'UNKNOWN_DECISION';

type Routing = Readonly<Record<string, number>>;

/** Seldon's Feedback: the reward goes into the ledger first, then the message to the components of the route. */
@Injectable()
export class SeldonFeedbackForm {
  constructor(
    private readonly finder: DecisionFinder,
    private readonly recorder: RewardRecorder,
    private readonly counters: RewardCounters,
  ) {}

  async answer(exchange: Exchange, message: Message): Promise<Answer> {
    const feedback = readFeedback(message);
    const decisions = await this.decisionsOf(exchange, feedback);
    const predictor = predictorOf(exchange, decisions, feedback);
    exchange.predictor = predictor.name;
    const routing = routingOf(predictor, decisions, feedback.routing);
    const headers: string[] = [];
    const reward = rewardOf(feedback);
    if (reward !== undefined && decisions.length > 0) {
      const { outcome } = await this.recorder.record(decisions, { value: reward });
      headers.push('Switchyard-Reward', outcome);
    }
    const call = new PredictionCall(
      decisions[0]?.id ?? feedback.puid ?? exchange.puid,
      exchange.headers as Record<string, string>,
      false,
      exchange.deadline,
    );
    const mayBeOfEarlierGraph = decisions.length > 0 && exchange.deployment.hasChanged;
    const reply =
      routing !== null && exchange.deployment.dialect.sendsFeedback
        ? await deliver(predictor, message, routing, call).catch(orNobody(mayBeOfEarlierGraph))
        : null;
    if (reward !== undefined && decisions.length === 0 && predictor.experiments.length > 0) {
      this.counters.refused(WITHOUT_DECISION);
      headers.push('Switchyard-Reward', 'unrecorded');
    }
    return { status: 200, message: reply ?? message, headers };
  }

  /**
   * Empty where nothing is to be credited: a deployment that never had an experiment, or a truth without a reward. Also where
   * only components choose and the feedback names no decision that is known: they learn from it all the same, as they
   * do behind Seldon's engine.
   */
  private async decisionsOf(exchange: Exchange, feedback: SeldonFeedback): Promise<readonly Decision[]> {
    const experiments = exchange.deployment.experiments();
    const wish = { id: idOf(exchange, feedback), receipt: receiptOf(exchange) };
    if (!exchange.deployment.decides) return [];
    if (rewardOf(feedback) === undefined && feedback.routing !== undefined) return [];
    try {
      return await this.find(exchange.deployment, wish);
    } catch (error) {
      if (experiments.some(({ isOurs }) => isOurs) || !isWithoutDecision(error)) throw error;
      return [];
    }
  }

  private async find(deployment: ServedDeployment, wish: DecisionWish): Promise<readonly Decision[]> {
    if (wish.id === undefined && wish.receipt === undefined) throw new UnidentifiedFeedbackError();
    return this.finder.find(deployment, wish);
  }
}

function isWithoutDecision(error: unknown): boolean {
  return error instanceof UnidentifiedFeedbackError || error instanceof UnknownDecisionError;
}

/** Clients that build the protobuf message leave a reward of 0 out of its JSON; a truth may come without any reward. */
function rewardOf({ reward, response, truth }: SeldonFeedback): number | undefined {
  return reward ?? (response !== undefined && truth === undefined ? 0 : undefined);
}

/** What a wrong route here says is the client's to mend. */
async function deliver(
  predictor: ServedPredictor,
  message: Message,
  routing: Routing,
  call: PredictionCall,
): Promise<Message | null> {
  try {
    return await sendFeedback(predictor.root, message, routing, call);
  } catch (error) {
    if (!(error instanceof InvalidRouteError)) throw error;
    const expected = `a route of its ${error.children} children`;
    throw new InvalidFeedbackError(`response.meta.routing.${error.node}`, expected, error.value);
  }
}

/** A route that this graph does not have is no mistake where an earlier one had it. */
function orNobody(mayBeOfEarlierGraph: boolean): (error: Error) => null {
  return (error) => {
    const isOfRoute = error instanceof MissingRoutingError || error instanceof InvalidFeedbackError;
    if (mayBeOfEarlierGraph && isOfRoute) return null;
    throw error;
  };
}

/** The prediction's id, by header or in the message. */
function idOf({ headers, puid }: Exchange, feedback: SeldonFeedback): string | undefined {
  const given = headers['seldon-puid'] === undefined ? undefined : puid;
  if (feedback.puid === undefined) return given;
  if (!isPredictionId(feedback.puid)) throw new InvalidPredictionIdError(feedback.puid);
  if (given !== undefined && given !== feedback.puid) {
    throw new ContradictoryFeedbackError('response.meta.puid', `${given}, as in Seldon-Puid`, feedback.puid);
  }
  return feedback.puid;
}

function receiptOf({ headers }: Exchange): string | undefined {
  const receipt = headers['switchyard-receipt'];
  if (receipt === undefined || typeof receipt === 'string') return receipt;
  throw new InvalidReceiptError('it must be given once');
}

/** The predictor that made the decisions; without any, the one that the id leads to. */
function predictorOf(
  { deployment, puid }: Exchange,
  decisions: readonly Decision[],
  feedback: SeldonFeedback,
): ServedPredictor {
  const ids = new Set(decisions.map(({ experimentId }) => experimentId));
  const made = deployment.predictors.find(({ experiments }) =>
    experiments.some(({ experimentId }) => ids.has(experimentId)),
  );
  return made ?? deployment.predictorFor(feedback.puid ?? puid);
}

/**
 * The route through this graph, by the decisions where there are some. Null where they went another way, through a
 * graph that this one has replaced: nobody here took part. Throws where the feedback says that the decision was another.
 */
function routingOf(
  { experiments }: ServedPredictor,
  decisions: readonly Decision[],
  claimed: Routing = {},
): Routing | null {
  const routing: Record<string, number> = { ...claimed };
  let isOfThisGraph = true;
  for (const { experimentId, arm } of decisions) {
    const point = experiments.find((experiment) => experiment.experimentId === experimentId);
    const index = point?.findChild(arm);
    if (point !== undefined) checkClaim(point, arm, claimed);
    if (point === undefined || index === undefined) isOfThisGraph = false;
    else routing[point.node.name] = index;
  }
  return isOfThisGraph ? routing : null;
}

function checkClaim(point: DecisionPoint, arm: string, claimed: Routing): void {
  const node = point.node.name;
  if (!Object.hasOwn(claimed, node) || point.mayHaveStood(arm, claimed[node]!)) return;
  const expected = `${point.findChild(arm)} (${arm}), as decided`;
  throw new ContradictoryFeedbackError(`response.meta.routing.${node}`, expected, String(claimed[node]));
}

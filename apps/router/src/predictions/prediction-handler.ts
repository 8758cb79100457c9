import { Injectable } from '@nestjs/common';
import { ReceiptSigner } from '#experiments';
import { predict } from '#graph';
import { MalformedBodyError, type Message, spliceMeta } from '#protocol';
import type { Answer } from '../data-plane/answer.js';
import type { Exchange } from '../data-plane/exchange.js';
import { Handler } from '../data-plane/handler.js';
import { DecisionLog } from '../decisions/decision-log.js';
import { PredictionCall } from '../decisions/prediction-call.js';
import type { ServedDeployment } from '../deployments/served-deployment.js';
import type { ServedPredictor } from '../deployments/served-predictor.js';
import { RequestsInFlight } from '../metrics/requests-in-flight.js';
import { Shadows } from '../shadows/shadows.js';

/** The Open Inference Protocol's binary extension. */
const BINARY_HEADER = 'inference-header-content-length';
const BINARY_PROBLEM =
  'the body has binary tensors (Inference-Header-Content-Length), expected JSON: clients call that binary_data=False';

/** Runs the graph and answers with the root's bytes, and in headers what was decided on the way. */
@Injectable()
export class PredictionHandler extends Handler {
  constructor(
    private readonly log: DecisionLog,
    private readonly signer: ReceiptSigner,
    private readonly shadows: Shadows,
    private readonly inFlight: RequestsInFlight,
  ) {
    super();
  }

  override async answer(exchange: Exchange, message: Message): Promise<Answer> {
    if (message.isEmpty) throw new MalformedBodyError('the body is empty, expected a message');
    const { deployment, puid, deadline } = exchange;
    const headers = exchange.headers as Record<string, string>;
    if (headers[BINARY_HEADER] !== undefined) throw new MalformedBodyError(BINARY_PROBLEM);
    const predictor = deployment.predictorFor(puid);
    exchange.predictor = predictor.name;
    const call = new PredictionCall(puid, headers, predictor.injectsRouting, deadline);
    call.model = exchange.model;
    let answer: Message;
    this.inFlight.count++;
    try {
      answer = await predict(predictor.root, message, call);
    } finally {
      this.inFlight.count--;
      this.record(deployment, call);
      this.shadows.copy(exchange, message);
    }
    return {
      status: 200,
      message: predictor.injectsRouting ? withRouting(answer, call) : answer,
      headers: this.headersOf(predictor, call),
    };
  }

  /** Also when the graph failed afterwards: an arm that fails must not look like one that is seldom chosen. */
  private record(deployment: ServedDeployment, { puid, decisions }: PredictionCall): void {
    if (decisions.length === 0) return;
    deployment.recent.add(puid, decisions);
    for (const decision of decisions) this.log.append(decision);
  }

  private headersOf(predictor: ServedPredictor, { puid, routing, decisions }: PredictionCall): string[] {
    const headers: string[] = [];
    const route = predictor.routeText(routing);
    if (route) headers.push('Switchyard-Route', route);
    if (decisions.length > 0) {
      headers.push('Switchyard-Decision', puid, 'Switchyard-Receipt', this.signer.sign(decisions));
    }
    return headers;
  }
}

function withRouting(answer: Message, { puid, routing, decisions }: PredictionCall): Message {
  const taken = Object.fromEntries(routing);
  return spliceMeta(answer, decisions.length > 0 ? { routing: taken, puid } : { routing: taken });
}

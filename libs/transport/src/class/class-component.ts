import { type Call, Component, type GraphNode, type NodeType } from '#graph';
import { type Message, PROPENSITY_TAG } from '#protocol';
import {
  InvalidResultError,
  loadUserObject,
  readValue,
  type TransformCall,
  UnusableClassError,
  UserModel,
} from '#sdk';
import { CallTimeoutError, withDeadline } from '../deadline.js';
import { UnusableComponentError } from '../errors.js';
import { inProcessFailure } from '../failure.js';
import { takeRoute } from '../take-route.js';

/** Without these a node of the type could only guess; all other calls pass on what they get. */
const REQUIRED: Partial<Record<NodeType, 'route' | 'aggregate'>> = { ROUTER: 'route', COMBINER: 'aggregate' };

/** A user's class in this process. */
export class ClassComponent extends Component {
  private constructor(
    private readonly node: string,
    private readonly model: UserModel,
  ) {
    super();
  }

  static async load(node: GraphNode, file: string, timeoutMs: number): Promise<ClassComponent> {
    const model = await startModel(node, file, timeoutMs);
    const required = REQUIRED[node.type];
    if (required && !model.has(required)) {
      throw new UnusableComponentError(
        node.name,
        `the class of ${file} has no method ${required}, expected by ${node.type}`,
      );
    }
    return new ClassComponent(node.name, model);
  }

  override predict(message: Message): Promise<Message> {
    return this.transform('predict', message);
  }

  override transformInput(message: Message): Promise<Message> {
    return this.transform('transformInput', message);
  }

  override transformOutput(message: Message): Promise<Message> {
    return this.transform('transformOutput', message);
  }

  override route(message: Message, call: Call): Promise<number> {
    if (!this.model.has('route')) return super.route(message, call);
    return this.guard('route', async () => {
      if (this.model.hasRaw('route')) {
        return takeRoute(this.node, message, await this.model.raw('route', readValue(message)), call);
      }
      const response = await this.model.route(message);
      const branch = response.data;
      if (!Number.isInteger(branch)) throw new InvalidResultError('a whole number', branch);
      const stated = this.model.tagsOf(response)[PROPENSITY_TAG];
      if (stated !== undefined) call.statedPropensities.set(this.node, stated);
      return branch as number;
    });
  }

  override aggregate(messages: readonly Message[], call: Call): Promise<Message> {
    if (!this.model.has('aggregate')) return super.aggregate(messages, call);
    return this.answer('aggregate', () => this.model.aggregate(messages));
  }

  override sendFeedback(feedback: Message, call: Call): Promise<Message> {
    if (!this.model.has('sendFeedback')) return super.sendFeedback(feedback, call);
    return this.answer('sendFeedback', () => this.model.sendFeedback(feedback));
  }

  private transform(call: TransformCall, message: Message): Promise<Message> {
    if (!this.model.has(call)) return Promise.resolve(message);
    return this.answer(call, () => this.model.transform(call, message));
  }

  private async answer(method: string, work: () => Promise<Message>): Promise<Message> {
    return (await this.guard(method, work)).withOrigin(this.node);
  }

  /** Says of every failure which node and which method it was. */
  private async guard<T>(method: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw inProcessFailure(this.node, method, error);
    }
  }
}

async function startModel(node: GraphNode, file: string, timeoutMs: number): Promise<UserModel> {
  const parameters = Object.fromEntries(node.parameters.map(({ name, value }) => [name, value]));
  try {
    const user = await loadUserObject({ file, names: [node.name], parameters });
    return new UserModel(user, { unit: node.name, settle: settleWithin(timeoutMs) });
  } catch (error) {
    if (!(error instanceof UnusableClassError)) throw error;
    throw new UnusableComponentError(node.name, error.message, { cause: error });
  }
}

/** Cuts what hangs; a method that answers at once costs no timer. */
function settleWithin(timeoutMs: number): (result: unknown) => unknown {
  return (result) => {
    if (typeof (result as PromiseLike<unknown> | null | undefined)?.then !== 'function') return result;
    return withDeadline(Promise.resolve(result), timeoutMs, () => new CallTimeoutError(timeoutMs));
  };
}

import { type Call, Component, type GraphNode, type NodeType } from '#graph';
import { Message, readFeedback } from '#protocol';
import { InvalidResultError, toAnswer } from '../answer.js';
import { CallTimeoutError, withDeadline } from '../deadline.js';
import { UnusableComponentError } from '../errors.js';
import { inProcessFailure } from '../failure.js';
import { isObject, isStrings, ownCopy, type Payload, payloadOf, readPayload } from '../payload.js';
import { loadUserObject, type UserObject } from './user-class.js';

type TransformMethod = 'predict' | 'transformInput' | 'transformOutput';

/** Without these a node of the type could only guess; all other calls pass on what they get. */
const REQUIRED: Partial<Record<NodeType, 'route' | 'aggregate'>> = { ROUTER: 'route', COMBINER: 'aggregate' };

const NO_PAYLOAD: Payload = { value: [], names: [], meta: {}, kind: 'ndarray' };

/** A user's class in this process. */
export class ClassComponent extends Component {
  private constructor(
    private readonly node: GraphNode,
    private readonly user: UserObject,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  static async load(node: GraphNode, file: string, timeoutMs: number): Promise<ClassComponent> {
    const user = await loadUserObject(node, file);
    const required = REQUIRED[node.type];
    if (required && typeof user[required] !== 'function') {
      throw new UnusableComponentError(
        node.name,
        `the class of ${file} has no method ${required}, expected by ${node.type}`,
      );
    }
    return new ClassComponent(node, user, timeoutMs);
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
    if (!this.user.route) return super.route(message, call);
    return this.guard('route', async () => {
      const { value, names, meta } = ownCopy(readPayload(message));
      const branch = await this.settled(this.user.route!(value, names, meta));
      if (!Number.isInteger(branch)) throw new InvalidResultError('a whole number', branch);
      return branch as number;
    });
  }

  override aggregate(messages: readonly Message[], call: Call): Promise<Message> {
    if (!this.user.aggregate) return super.aggregate(messages, call);
    return this.guard('aggregate', async () => {
      const payloads = messages.map((message) => ownCopy(readPayload(message)));
      const values = payloads.map(({ value }) => value);
      const names = payloads.map((payload) => payload.names);
      const result = await this.settled(this.user.aggregate!(values, names));
      const tags = Object.assign({}, ...payloads.map(({ meta }) => meta.tags));
      return this.answer(
        { kind: payloads[0]!.kind, meta: withTags(payloads[0]!.meta, tags) },
        result,
        'classNames',
      );
    });
  }

  override sendFeedback(feedback: Message, call: Call): Promise<Message> {
    if (!this.user.sendFeedback) return super.sendFeedback(feedback, call);
    return this.guard('sendFeedback', async () => {
      const { request, truth, reward, routing } = readFeedback(feedback);
      const features = ownCopy(payloadOf(request ?? {}) ?? NO_PAYLOAD);
      const truths = ownCopy(payloadOf(truth ?? {}) ?? NO_PAYLOAD);
      const route = routing && Object.hasOwn(routing, this.node.name) ? routing[this.node.name]! : null;
      const { value, names } = features;
      const result = await this.settled(this.user.sendFeedback!(value, names, reward, truths.value, route));
      return this.answer(features, result ?? [], 'classNames');
    });
  }

  private transform(method: TransformMethod, message: Message): Promise<Message> {
    if (!this.user[method]) return Promise.resolve(message);
    return this.guard(method, async () => {
      const request = readPayload(message);
      const { value, names, meta } = ownCopy(request);
      const result = await this.settled(this.user[method]!(value, names, meta));
      return this.answer(request, result, method === 'transformInput' ? 'featureNames' : 'classNames');
    });
  }

  private answer(
    request: Pick<Payload, 'meta' | 'kind'>,
    result: unknown,
    namesFrom: 'classNames' | 'featureNames',
  ): Message {
    const tags = this.user.tags?.();
    if (tags !== undefined && !isObject(tags)) throw new InvalidResultError('an object from tags()', tags);
    return toAnswer(request, result, { names: this.names(namesFrom), tags });
  }

  private names(member: 'classNames' | 'featureNames'): string[] | undefined {
    const given = this.user[member];
    const names = typeof given === 'function' ? given.call(this.user) : given;
    if (names !== undefined && !isStrings(names))
      throw new InvalidResultError(`strings from ${member}`, names);
    return names;
  }

  /** Cuts what hangs; a method that answers at once costs no timer. */
  private settled(result: unknown): unknown {
    if (typeof (result as PromiseLike<unknown> | null | undefined)?.then !== 'function') return result;
    return withDeadline(Promise.resolve(result), this.timeoutMs, () => new CallTimeoutError(this.timeoutMs));
  }

  /** Says of every failure which node and which method it was. */
  private async guard<T>(method: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw inProcessFailure(this.node.name, method, error);
    }
  }
}

function withTags(meta: Payload['meta'], tags: object): Payload['meta'] {
  return Object.keys(tags).length > 0 ? { ...meta, tags } : meta;
}

import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Component, type GraphNode } from '#graph';
import type { Message } from '#protocol';
import { messageOf, readPayload, toAnswer } from '#sdk';
import { CallTimeoutError, withDeadline } from '../deadline.js';
import { UnusableComponentError } from '../errors.js';
import { inProcessFailure } from '../failure.js';
import type { ModelSources } from '../fetch-model.js';
import { textParameter } from '../text-parameter.js';
import { featureRows } from './feature-rows.js';
import { findModelFile } from './model-file.js';

interface Model {
  readonly session: InferenceSession;
  readonly input: string;
  /** Undefined where the model takes any number. */
  readonly inputColumns: number | undefined;
  readonly output: string;
  /** Undefined where the deployment names none. */
  readonly classNames: readonly string[] | undefined;
}

/** A model in ONNX format, run in this process: rows of numbers in, one of the model's outputs out. */
export class OnnxComponent extends Component {
  private constructor(
    private readonly node: string,
    private readonly model: Model,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  static async load(node: GraphNode, sources: ModelSources, timeoutMs: number): Promise<OnnxComponent> {
    const file = await findModelFile(node, sources);
    try {
      // One thread: such models take microseconds, and the router runs one process per core.
      const session = await InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
      return new OnnxComponent(node.name, describe(node, session), timeoutMs);
    } catch (error) {
      if (error instanceof UnusableComponentError) throw error;
      const problem = `modelUri leads to ${file}, which is no usable ONNX model: ${messageOf(error)}`;
      throw new UnusableComponentError(node.name, problem, { cause: error });
    }
  }

  override async predict(message: Message): Promise<Message> {
    try {
      const request = readPayload(message);
      const output = await this.run(featureRows(request, this.model.inputColumns));
      return toAnswer(request, rowsOf(output), { names: this.model.classNames });
    } catch (error) {
      throw inProcessFailure(this.node, 'predict', error);
    }
  }

  override close(): Promise<void> {
    return this.model.session.release();
  }

  private async run({ values, rows, columns }: ReturnType<typeof featureRows>): Promise<Tensor> {
    const { session, input, output } = this.model;
    const answer = await withDeadline(
      session.run({ [input]: new Tensor('float32', values, [rows, columns]) }, [output]),
      this.timeoutMs,
      () => new CallTimeoutError(this.timeoutMs),
    );
    return answer[output] as Tensor;
  }
}

/** The outputs of classifiers that scikit-learn's exporter writes are called label and probabilities. */
const PROBABILITIES = 'probabilities';

function describe(node: GraphNode, session: InferenceSession): Model {
  const [input, ...more] = session.inputMetadata;
  if (!input?.isTensor || input.type !== 'float32' || input.shape.length !== 2 || more.length > 0) {
    throw new Error('expected one input, float32 with rows and columns');
  }
  const fallback = session.outputNames.includes(PROBABILITIES) ? PROBABILITIES : session.outputNames[0]!;
  const output = textParameter(node, 'output') ?? fallback;
  const metadata = session.outputMetadata.find(({ name }) => name === output);
  if (!metadata?.isTensor) {
    throw new Error(`expected a tensor output, of ${session.outputNames.join(', ')}, got ${output}`);
  }
  const columns = metadata.shape.length === 2 ? metadata.shape[1] : undefined;
  const classNames = textParameter(node, 'class_names')
    ?.split(',')
    .map((name) => name.trim());
  if (classNames && typeof columns === 'number' && columns !== classNames.length) {
    throw new Error(`class_names must have ${columns} names, got ${classNames.length}`);
  }
  const inputColumns = typeof input.shape[1] === 'number' && input.shape[1] > 0 ? input.shape[1] : undefined;
  return { session, input: input.name, inputColumns, output, classNames };
}

/** The tensor as nested arrays; of more than two dimensions all but the first are laid flat. */
function rowsOf({ data, dims }: Tensor): unknown[] {
  const values = Array.from(data as ArrayLike<unknown>);
  if (dims.length < 2) return values;
  const width = values.length / dims[0]!;
  return Array.from({ length: dims[0]! }, (_, i) => values.slice(i * width, (i + 1) * width));
}

import { artefactOptionsOf } from '#artefacts';
import { Component, experimentOf, type GraphNode, nodesOf, type Predictor } from '#graph';
import type { ProtocolName } from '#protocol';
import { inProcess, serverHint, speechOf, translated } from './bridge/spoken-component.js';
import { BUILT_IN } from './builtin/index.js';
import { ClassComponent } from './class/class-component.js';
import { CommandComponent } from './command/command-component.js';
import type { ComponentEntry, ComponentMap, Spoken } from './component-map.js';
import { UnusableComponentError } from './errors.js';
import { type ModelSources, withModel } from './fetch-model.js';
import { GrpcComponent } from './grpc/grpc-component.js';
import { grpcSpeechOf } from './grpc/grpc-speech.js';
import { HttpComponent } from './http/http-component.js';
import { type Limits, limitsOf } from './limits.js';
import { OnnxComponent } from './onnx/onnx-component.js';

export interface ComponentOptions {
  /** The deployment's folder, to which modelUri is relative. */
  readonly folder: string;
  readonly components: ComponentMap;
  readonly namespace: string;
  readonly deployment: string;
  /** The deployment's; default: Seldon's own. */
  readonly protocol?: ProtocolName;
  /** For one call; the annotations `seldon.io/rest-timeout` and `seldon.io/grpc-timeout` come first. */
  readonly timeoutMs?: number;
  /** Folders beside the deployment's own that models may be read from. */
  readonly modelRoots?: readonly string[];
  /** Where fetched models are kept; default: as the environment says. */
  readonly artefactCache?: string;
  /** Takes what commands print and how far models have arrived, line by line; default: standard error. */
  readonly log?: (line: string) => void;
}

/** The running components of one predictor. */
export interface ComponentSet {
  componentOf(node: GraphNode): Component;
  close(): Promise<void>;
}

interface Context extends ComponentOptions {
  readonly protocol: ProtocolName;
  readonly predictor: Predictor;
  readonly limits: Limits;
}

/** Makes and starts a component for every node that is called; throws `UnusableComponentError` where that fails. */
export async function createComponents(
  predictor: Predictor,
  options: ComponentOptions,
): Promise<ComponentSet> {
  const context = {
    ...options,
    protocol: options.protocol ?? 'seldon',
    predictor,
    limits: limitsOf(predictor, options.timeoutMs),
  };
  const made = new Map<string, Component>();
  const close = async () => {
    await Promise.all([...made.values()].map((component) => component.close()));
  };
  try {
    for (const node of nodesOf(predictor.graph)) {
      if (!experimentOf(node)) made.set(node.name, await create(node, context));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { componentOf: (node) => found(made, node), close };
}

function found(made: ReadonlyMap<string, Component>, node: GraphNode): Component {
  const component = made.get(node.name);
  if (!component)
    throw new UnusableComponentError(node.name, 'is an experiment, which no component stands behind');
  return component;
}

/** The first way that fits runs the node. */
async function create(node: GraphNode, context: Context): Promise<Component> {
  const entry = context.components.get(node.name);
  if (entry) return FROM_ENTRY[entry.kind](node, entry as never, context);
  const BuiltIn = BUILT_IN[node.implementation];
  if (BuiltIn !== undefined) return inProcess(new BuiltIn(node.name), node, context.protocol);
  if (node.implementation === 'ONNX_SERVER') {
    const model = await OnnxComponent.load(node, modelSources(context), context.limits.restTimeoutMs);
    return inProcess(model, node, context.protocol);
  }
  if (!isLocal(node.endpoint.host)) {
    return remote(node, addressOf(node.endpoint), {}, context);
  }
  if (node.type === 'UNKNOWN_TYPE' && node.methods.length === 0) return new PassOn();
  throw new UnusableComponentError(
    node.name,
    `nothing says how ${node.path} is run here: add it to components.yaml, as one of ` +
      `"${node.name}: {class: ./file.ts}", "{url: http://host:port}", "{url: grpc://host:port}" or "{command: [program, argument]}"` +
      serverHint(node),
  );
}

function modelSources({
  folder,
  modelRoots = [],
  artefactCache,
  log = toStandardError,
}: Context): ModelSources {
  const options = artefactOptionsOf(process.env);
  const cacheDir = process.env.SWITCHYARD_ARTEFACT_CACHE
    ? options.cacheDir
    : (artefactCache ?? options.cacheDir);
  return { ...options, cacheDir, roots: [folder, ...modelRoots], log };
}

type FromEntry = {
  [Kind in ComponentEntry['kind']]: (
    node: GraphNode,
    entry: Extract<ComponentEntry, { kind: Kind }>,
    context: Context,
  ) => Component | Promise<Component>;
};

const FROM_ENTRY: FromEntry = {
  class: async (node, { file }, context) =>
    inProcess(await classOf(node, file, context), node, context.protocol),
  url: (node, entry, context) => remote(node, entry.url, entry, context),
  command: async (node, { command, folder, ...spoken }, context) => {
    const { predictor, deployment, limits, protocol, log = toStandardError } = context;
    const place = { deployment, predictor: predictor.name, image: predictor.images[node.name] ?? '' };
    const unit = await withModel(node, modelSources(context));
    const speech = speechOf(node, spoken, protocol);
    const options = { command, folder, place, timeoutMs: limits.restTimeoutMs, speech, log };
    return translated(await CommandComponent.start(unit, options), node, spoken.protocol, protocol);
  },
};

async function classOf(node: GraphNode, file: string, context: Context): Promise<ClassComponent> {
  return ClassComponent.load(
    await withModel(node, modelSources(context)),
    file,
    context.limits.restTimeoutMs,
  );
}

function remote(node: GraphNode, url: string, spoken: Spoken, { limits, protocol }: Context): Component {
  const speech = speechOf(node, spoken, protocol);
  const { restTimeoutMs, grpcTimeoutMs: timeoutMs, maxMessageBytes } = limits;
  const component = url.startsWith('grpc:')
    ? new GrpcComponent(node.name, url, { timeoutMs, maxMessageBytes }, grpcSpeechOf(node, speech))
    : new HttpComponent(node.name, url, restTimeoutMs, speech);
  return translated(component, node, spoken.protocol, protocol);
}

function addressOf({ type, host, httpPort, grpcPort }: GraphNode['endpoint']): string {
  return type === 'GRPC' ? `grpc://${host}:${grpcPort}` : `http://${host}:${httpPort}`;
}

/** A node that none of Seldon's calls goes to. */
class PassOn extends Component {}

/** The default of a parsed deployment: it says nothing about where the container really is. */
function isLocal(host: string): boolean {
  return host === '' || host === 'localhost' || host === '127.0.0.1' || host === '::1';
}

function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}

import type { Deployment, GraphNode, SeldonContainer } from '#graph';

export interface ServerContext {
  readonly protocol: Deployment['protocol'];
  /** Implementation, then protocol. */
  readonly images: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly metricsPortOf: (container: string) => number;
}

/** Where a model is mounted. */
export const MODEL_FOLDER = '/mnt/models';

/** TensorFlow Serving behind Seldon's proxy: its container and ports. */
export const TF_CONTAINER = 'tfserving';
const TF_GRPC_PORT = 2000;
const TF_HTTP_PORT = 2001;

/** The class of MLServer that loads each kind of model. */
const MLSERVER_RUNTIMES: Readonly<Record<string, string>> = {
  SKLEARN_SERVER: 'mlserver_sklearn.SKLearnModel',
  XGBOOST_SERVER: 'mlserver_xgboost.XGBoostModel',
  MLFLOW_SERVER: 'mlserver_mlflow.MLflowRuntime',
  HUGGINGFACE_SERVER: 'mlserver_huggingface.HuggingFaceRuntime',
  TEMPO_SERVER: 'tempo.mlserver.InferenceRuntime',
};

/**
 * The containers that a model server consists of: the node's own, and TensorFlow Serving behind its proxy.
 * The image is left out where none is configured for the protocol.
 */
export function serverContainers(server: GraphNode, context: ServerContext): SeldonContainer[] {
  const { implementation, name } = server;
  const own = { name, ...imageOf(implementation, context) };
  if (implementation === 'TENSORFLOW_SERVER') return tensorflow(server, own, context);
  if (implementation === 'TRITON_SERVER') return [{ ...own, args: tritonArguments(server) }];
  const runtime = MLSERVER_RUNTIMES[implementation];
  return context.protocol === 'v2' && runtime ? [{ ...own, ...mlserver(server, runtime, context) }] : [own];
}

/** The container that a node's model is mounted in. */
export function modelContainer(
  { name, implementation }: GraphNode,
  protocol: Deployment['protocol'],
): string {
  return isProxied(implementation, protocol) ? TF_CONTAINER : name;
}

/** What a component that loads a model has to be told beside the node's own parameters. */
export function modelParameters(
  { name, implementation }: GraphNode,
  { protocol, images }: Pick<ServerContext, 'protocol' | 'images'>,
): [string, string][] {
  const isToldOtherwise = Object.hasOwn(images, implementation) && protocol !== 'seldon';
  if (isToldOtherwise) return [];
  if (!isProxied(implementation, protocol)) return [['model_uri', MODEL_FOLDER]];
  return [
    ['rest_endpoint', `http://0.0.0.0:${TF_HTTP_PORT}`],
    ['grpc_endpoint', `0.0.0.0:${TF_GRPC_PORT}`],
    ['model_name', name],
  ];
}

function isProxied(implementation: string, protocol: Deployment['protocol']): boolean {
  return implementation === 'TENSORFLOW_SERVER' && protocol === 'seldon';
}

function tensorflow(server: GraphNode, own: SeldonContainer, context: ServerContext): SeldonContainer[] {
  const { httpPort, grpcPort } = server.endpoint;
  if (!isProxied(server.implementation, context.protocol)) {
    return [{ ...own, args: tensorflowArguments(server, grpcPort, httpPort) }];
  }
  const serving = {
    name: TF_CONTAINER,
    ...imageOf(server.implementation, { ...context, protocol: 'tensorflow' }),
    args: tensorflowArguments(server, TF_GRPC_PORT, TF_HTTP_PORT),
    ports: [{ containerPort: TF_GRPC_PORT }, { containerPort: TF_HTTP_PORT }],
  };
  return [own, serving];
}

function imageOf(implementation: string, { images, protocol }: ServerContext): { image?: string } {
  const image = images[implementation]?.[protocol];
  return image ? { image } : {};
}

function tensorflowArguments({ name, parameters }: GraphNode, grpcPort: number, httpPort: number): string[] {
  const model = parameters.find((parameter) => parameter.name === 'model_name')?.value ?? name;
  return [
    `--port=${grpcPort}`,
    `--rest_api_port=${httpPort}`,
    `--model_name=${model}`,
    `--model_base_path=${MODEL_FOLDER}`,
  ];
}

function tritonArguments({ endpoint }: GraphNode): string[] {
  return [
    '/opt/tritonserver/bin/tritonserver',
    `--grpc-port=${endpoint.grpcPort}`,
    `--http-port=${endpoint.httpPort}`,
    `--model-repository=${MODEL_FOLDER}`,
    '--strict-model-config=false',
  ];
}

function mlserver({ name, endpoint }: GraphNode, runtime: string, { metricsPortOf }: ServerContext) {
  const variables = {
    MLSERVER_HTTP_PORT: endpoint.httpPort,
    MLSERVER_GRPC_PORT: endpoint.grpcPort,
    MLSERVER_METRICS_PORT: metricsPortOf(name),
    MLSERVER_METRICS_ENDPOINT: '/prometheus',
    MLSERVER_MODEL_IMPLEMENTATION: runtime,
    MLSERVER_MODEL_NAME: name,
    MLSERVER_MODEL_VERSION: 'v1',
    MLSERVER_MODEL_URI: MODEL_FOLDER,
  };
  const port = endpoint.httpPort;
  return {
    env: Object.entries(variables).map(([variable, value]) => ({ name: variable, value: String(value) })),
    readinessProbe: { httpGet: { path: '/v2/health/ready', port }, periodSeconds: 2 },
    livenessProbe: {
      httpGet: { path: '/v2/health/live', port },
      initialDelaySeconds: 60,
      periodSeconds: 5,
    },
  };
}

import { resolve } from 'node:path';
import {
  Client,
  type ClientUnaryCall,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  type ServiceError,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
type Json = any;

/** The services of Seldon, the Open Inference Protocol and TensorFlow Serving, as @grpc/proto-loader reads them: independent of what the product makes of the same files. */
const FILES = [
  'seldon/prediction.proto',
  'inference/grpc_service.proto',
  'tensorflow_serving/apis/prediction_service.proto',
  'tensorflow_serving/apis/model_service.proto',
];
const definition = loadSync(FILES, {
  includeDirs: [resolve('proto')],
  keepCase: true,
  longs: Number,
  enums: String,
  oneofs: false,
});
const { seldon, inference, tensorflow } = loadPackageDefinition(definition) as Record<string, Json>;
const services: GrpcObject = { ...seldon.protos, ...inference, ...tensorflow.serving };

function serviceOf(name: string): ServiceClientConstructor['service'] {
  return (services[name] as ServiceClientConstructor).service;
}

/** Answers one call; what it throws (`{ code, details }`) is the call's status. */
export type Respond = (request: Json, metadata: Metadata, call: ServerUnaryCall<Json, Json>) => Json;

/** Service, method, what it does: `{ Model: { Predict: (message) => message } }`. */
export type Implementation = Readonly<Record<string, Readonly<Record<string, Respond>>>>;

export interface GrpcPeer {
  readonly port: number;
  /** `grpc://127.0.0.1:port` */
  readonly url: string;
  readonly server: Server;
  /** As a process that is killed. */
  kill(): void;
}

/** A real server of some of these services. */
export async function serveGrpc(implementation: Implementation, port = 0): Promise<GrpcPeer> {
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  for (const [service, methods] of Object.entries(implementation)) {
    const handlers = Object.entries(methods).map(([name, respond]) => [name, handler(respond)]);
    server.addService(serviceOf(service), Object.fromEntries(handlers));
  }
  const bound = await new Promise<number>((done, fail) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, used) =>
      error ? fail(error) : done(used),
    ),
  );
  return { port: bound, url: `grpc://127.0.0.1:${bound}`, server, kill: () => server.forceShutdown() };
}

function handler(respond: Respond) {
  return async (call: ServerUnaryCall<Json, Json>, answer: sendUnaryData<Json>) => {
    try {
      answer(null, await respond(call.request, call.metadata, call));
    } catch (error) {
      answer(error as ServiceError);
    }
  };
}

export interface GrpcAnswer {
  readonly code: status;
  readonly details: string;
  /** Undefined after a failure. */
  readonly message: Json;
  readonly headers: Metadata;
  readonly trailers: Metadata;
}

export interface GrpcCallOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
  /** Is handed the call, to cancel it. */
  readonly onCall?: (call: ClientUnaryCall) => void;
}

/** A client of any of these services. */
export class GrpcCaller {
  private readonly client: Client;

  constructor(address: string) {
    this.client = new Client(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
    });
  }

  /** `call('Seldon/Predict', message)`; bytes are sent as they are. A failure is an answer too. */
  call(path: string, request: Json, options: GrpcCallOptions = {}): Promise<GrpcAnswer> {
    const [service, name] = path.split('/') as [string, string];
    const method = serviceOf(service)[name]!;
    return new Promise((resolve) => {
      let headers = new Metadata();
      let failed: ServiceError | null = null;
      let message: Json;
      const call = this.client.makeUnaryRequest(
        method.path,
        (value: Json) => (Buffer.isBuffer(value) ? value : method.requestSerialize(value)),
        method.responseDeserialize,
        request,
        Metadata.fromHttp2Headers({ ...options.metadata }),
        { deadline: Date.now() + (options.deadlineMs ?? 30_000) },
        (error, answer) => {
          failed = error;
          message = answer;
        },
      );
      call.on('metadata', (metadata) => {
        headers = metadata;
      });
      call.on('status', ({ code, details, metadata }) =>
        resolve({ code, details: failed?.details ?? details, message, headers, trailers: metadata }),
      );
      options.onCall?.(call);
    });
  }

  close(): void {
    this.client.close();
  }
}

/** For components that fail on purpose. */
export function rpcError(code: status, details: string): Partial<ServiceError> {
  return { code, details };
}

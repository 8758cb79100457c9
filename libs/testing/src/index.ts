export {
  type GrpcAnswer,
  GrpcCaller,
  type GrpcPeer,
  type Respond,
  rpcError,
  serveGrpc,
} from './grpc-peers.js';
export { testDatabase, testRedisUrl } from './test-services.js';

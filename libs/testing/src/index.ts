export {
  type GrpcAnswer,
  GrpcCaller,
  type GrpcPeer,
  type Respond,
  rpcError,
  serveGrpc,
} from './grpc-peers.js';
export { testDatabase, testRedisUrl, testRouterUrl } from './test-services.js';

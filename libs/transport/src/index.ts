export { unitEnvironment } from './command/unit-environment.js';
export { type ComponentMap, parseComponents, readComponents } from './component-map.js';
export { type ComponentOptions, type ComponentSet, createComponents } from './create-components.js';
export { InvalidComponentsError, UnusableComponentError } from './errors.js';
export { failureStatus } from './grpc/failure-status.js';
export { closeGrpc, createGrpcServer, listenGrpc } from './grpc/grpc-server.js';
export { InspectionServices } from './grpc/inspection-services.js';
export { methodPath, packageDefinition, serviceDefinition } from './grpc/package-definition.js';
export { grpcCodeOf } from './grpc/status-codes.js';

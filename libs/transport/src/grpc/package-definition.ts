import {
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { loadPackageDefinition, MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { type Codec, Message } from '#protocol';

export type PackageDefinition = Parameters<typeof loadPackageDefinition>[0];

export type CodecOf = (type: DescMessage) => Codec;

/** Under a name that no service has: all that clients may ask a server's reflection service for. */
const DESCRIPTORS = 'descriptors';

/**
 * Services by their full names, in the form that grpc-js, Nest and the reflection service take. Requests and answers
 * are `Message`s: nothing is decoded before somebody reads it.
 */
export function packageDefinition(services: readonly DescService[], codecOf: CodecOf): PackageDefinition {
  const files = new Set(services.flatMap(({ file }) => withDependencies(file)));
  return {
    ...Object.fromEntries(services.map((one) => [one.typeName, serviceDefinition(one, codecOf)])),
    [DESCRIPTORS]: {
      format: 'Protocol Buffer 3 FileDescriptorProto',
      type: {},
      fileDescriptorProtos: Array.from(files, descriptorOf),
    },
  };
}

export function serviceDefinition(service: DescService, codecOf: CodecOf): ServiceDefinition {
  return Object.fromEntries(
    service.methods.map((method) => [method.name, methodDefinition(method, codecOf)]),
  );
}

/** `/seldon.protos.Model/Predict` */
export function methodPath({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

function methodDefinition(method: DescMethod, codecOf: CodecOf): MethodDefinition<Message, Message> {
  const request = codecOf(method.input);
  const response = codecOf(method.output);
  return {
    path: methodPath(method),
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => message.packedBy(request),
    requestDeserialize: (bytes) => Message.ofPacked(bytes, request),
    responseSerialize: (message) => message.packedBy(response),
    responseDeserialize: (bytes) => Message.ofPacked(bytes, response),
  };
}

function withDependencies(file: DescFile): DescFile[] {
  return [file, ...file.dependencies.flatMap(withDependencies)];
}

function descriptorOf(file: DescFile): Buffer {
  return Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto));
}

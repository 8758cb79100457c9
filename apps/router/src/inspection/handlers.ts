import { DocHandler } from './doc/doc-handler.js';
import { FixedHandler } from './fixed-handler.js';
import { MetadataHandler } from './metadata-handler.js';
import { ReadyHandler } from './ready-handler.js';
import { RelayHandler } from './relay-handler.js';
import { StatusHandler } from './status-handler.js';

/** What answers questions about a deployment, by service. */
export function inspectionHandlers(version = 'unknown') {
  return {
    status: new StatusHandler(),
    metadata: new MetadataHandler(),
    ready: new ReadyHandler(),
    doc: new DocHandler(),
    live: new FixedHandler({ live: true }),
    classify: new RelayHandler('classify'),
    regress: new RelayHandler('regress'),
    multiInference: new RelayHandler('multiInference'),
    server: new FixedHandler({ name: 'switchyard', version, extensions: [] }),
  };
}

import type { Dialect, ProtocolName } from './dialect.js';
import { seldon } from './seldon.js';
import { tensorflow } from './tensorflow.js';
import { v2 } from './v2.js';

/** Every protocol that is spoken, to clients and to components. */
export const dialects: Readonly<Record<ProtocolName, Dialect>> = { seldon, tensorflow, v2 };

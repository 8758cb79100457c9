import type { PythonEnvironment } from '../python/environment.js';
import { Driver } from './driver.js';

/** What a call of the Python client gave. */
export interface Outcome {
  readonly success: boolean;
  /** Empty after a success. */
  readonly msg: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
  readonly response: any;
}

/** One call of `SeldonClient(**client).method(**args)`; arrays become numpy's, JSON messages Protobuf. */
export interface ClientCall {
  readonly client: Readonly<Record<string, unknown>>;
  readonly method: 'predict' | 'feedback' | 'microservice' | 'microservice_feedback';
  readonly args: Readonly<Record<string, unknown>>;
}

/** A Python process with Seldon's client in it. */
export class SeldonClient extends Driver<ClientCall, Outcome> {
  constructor(python: PythonEnvironment) {
    super(python, './seldon_client.py');
  }
}

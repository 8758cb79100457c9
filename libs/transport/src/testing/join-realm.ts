import { runInThisContext } from 'node:vm';

/**
 * Jest gives each spec a context with typed arrays of its own, and onnxruntime refuses those that its native part makes
 * in Node's. To be called before onnxruntime-node is imported, which therefore has to be imported dynamically.
 */
export function joinRealm(): void {
  for (const name of ['Float32Array', 'Float64Array', 'Int32Array', 'BigInt64Array']) {
    Object.assign(globalThis, { [name]: runInThisContext(name) });
  }
}

/** The variable in which a worker finds its configuration. */
export const CONFIG_VARIABLE = 'SWITCHYARD_COMPONENT';

/** From the primary: finish what is on its way and end. */
export const STOP = 'stop';

/** From a worker, once. */
export type WorkerReport = { readonly ready: true } | { readonly failed: string };

export function isReport(message: unknown): message is WorkerReport {
  return typeof message === 'object' && message !== null && ('ready' in message || 'failed' in message);
}

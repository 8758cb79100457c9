import type { ComponentConfig } from '../component-config.js';

/** The variable in which a worker finds its task, as JSON. */
export const TASK_VARIABLE = 'SWITCHYARD_COMPONENT';

/** From the primary: finish what is on its way and end. */
export const STOP = 'stop';

/** What a worker is for: its requests, or the `customService()` of the class. */
export interface WorkerTask {
  readonly runs: 'requests' | 'customService';
  readonly config: ComponentConfig;
}

/** From a worker that can do its task; the class of one that takes requests may want a customService beside it. */
export interface ReadyReport {
  readonly ready: true;
  readonly hasCustomService: boolean;
}

/** From a worker that ends; with the stack of what the class threw, where it was the class. */
export interface FailureReport {
  readonly failed: string;
  readonly userStack?: string;
}

export type WorkerReport = ReadyReport | FailureReport;

export function isReport(message: unknown): message is WorkerReport {
  return typeof message === 'object' && message !== null && ('ready' in message || 'failed' in message);
}

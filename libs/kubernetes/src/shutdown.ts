import type { Plan } from './plan.js';

/** Seconds until everybody who sends requests knows that the pod is going. */
const UNTIL_UNKNOWN = 5;
/** Seconds in which the engine then tells clients that stay connected to come back elsewhere. */
export const DRAIN = 2;
/** Seconds for the requests that are in the engine by then, unless a call may take longer. */
const LEAST_FOR_REQUESTS = 5;
/** Seconds for the processes to end. */
const TO_END = 10;
const LONGEST = 600;

const CALL_TIMEOUTS = ['seldon.io/rest-timeout', 'seldon.io/grpc-timeout'];

/**
 * How the pods of a predictor end without failing a request: the engine goes on until no more requests come, sends
 * its clients elsewhere, then answers those it has; its components go on until it has.
 */
export interface Shutdown {
  /** Seconds that the engine goes on after the pod was told to end. */
  readonly engineSleep: number;
  readonly componentSleep: number;
  /** Seconds until the pod is killed. */
  readonly grace: number;
}

/** `grace`: what the manifest says, in seconds; the sleeps then stay below it, as Kubernetes demands. */
export function shutdownOf({ predictor }: Plan, grace: number | null | undefined): Shutdown {
  const seconds = CALL_TIMEOUTS.map((name) => Math.ceil(Number(predictor.annotations[name]) / 1000));
  const forRequests = Math.min(
    LONGEST,
    Math.max(LEAST_FOR_REQUESTS, ...seconds.filter((number) => Number.isFinite(number))),
  );
  const componentSleep = UNTIL_UNKNOWN + DRAIN + forRequests;
  const given = grace ?? componentSleep + TO_END;
  return {
    engineSleep: Math.min(UNTIL_UNKNOWN, Math.max(0, given - 1)),
    componentSleep: Math.min(componentSleep, Math.max(0, given - 1)),
    grace: given,
  };
}

/** A container's `lifecycle`. The kubelet does the waiting: an image needs no shell for it. */
export function sleepBeforeEnd(seconds: number): { lifecycle?: object } {
  return seconds > 0 ? { lifecycle: { preStop: { sleep: { seconds } } } } : {};
}

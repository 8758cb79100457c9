import type { Message } from '#protocol';

export interface DeploymentProblem {
  /** The field: `spec.predictors[0].graph.children[1].type`, after `documents[1].` in a file of several. */
  readonly path: string;
  readonly message: string;
}

/** A file that is no valid deployment: everything that was found wrong with it, one line each. */
export class InvalidDeploymentError extends Error {
  override readonly name = 'InvalidDeploymentError';

  constructor(readonly problems: readonly DeploymentProblem[]) {
    super(linesOf(problems).join('\n'));
  }

  /** One for each problem, with its path. */
  get lines(): string[] {
    return linesOf(this.problems);
  }
}

function linesOf(problems: readonly DeploymentProblem[]): string[] {
  return problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
}

/** A status of gRPC; `code` is one of its numbers. */
export interface RpcStatus {
  readonly code: number;
  readonly details: string;
}

/** A component that failed, cannot be reached, or took too long. */
export class ComponentError extends Error {
  override readonly name = 'ComponentError';

  constructor(
    readonly node: string,
    /** Seldon's name of the call: `predict`, `route`, ... */
    readonly call: string,
    /** The HTTP status for the client. */
    readonly status: number,
    /** For people. */
    readonly info: string,
    /** For programs: `MICROSERVICE_TIMEOUT`. */
    readonly reason: string,
    /** The component's own answer, where it gave one. */
    readonly body?: Message,
    /** The status of the call, where it went over gRPC. */
    readonly rpc?: RpcStatus,
  ) {
    super(`${call} of node ${node} failed: ${info}`);
  }
}

/** A route to a child that is not there, chosen by a component or stated in a feedback. */
export class InvalidRouteError extends Error {
  override readonly name = 'InvalidRouteError';

  constructor(
    readonly node: string,
    readonly value: number,
    /** How many children there are. */
    readonly children: number,
  ) {
    super(
      `the route of node ${node} must be the index of one of its ${children} children, -1 for all or -2 for none, got ${value}`,
    );
  }
}

/** A feedback that does not say which way the prediction took at a node; nobody is rewarded by guess. */
export class MissingRoutingError extends Error {
  override readonly name = 'MissingRoutingError';

  constructor(
    readonly node: string,
    /** What it says instead of a child. */
    readonly got?: number,
  ) {
    super(
      `response.meta.routing.${node} must say which child of node ${node} answered, got ${got ?? 'nothing'}`,
    );
  }
}

import type { GraphNode } from '#graph';

const MOST_SHOWN = 20;

/** No deployment is served at this path. */
export class UnknownPathError extends Error {
  override readonly name = 'UnknownPathError';

  constructor(
    readonly path: string,
    readonly known: readonly string[],
  ) {
    const shown = known.slice(0, MOST_SHOWN).join(', ');
    super(`path must be that of a deployment served here (${shown}), got ${path.slice(0, 200)}`);
  }
}

export class MethodNotAllowedError extends Error {
  override readonly name = 'MethodNotAllowedError';

  constructor(
    readonly method: string,
    readonly allowed: 'GET' | 'POST',
  ) {
    super(`method must be ${allowed}, got ${method}`);
  }
}

/** A path that names a node which the graph does not have; it begins as Seldon's message does. */
export class UnknownNodeError extends Error {
  override readonly name = 'UnknownNodeError';

  constructor(
    readonly node: string,
    readonly known: readonly string[],
  ) {
    const shown = known.slice(0, MOST_SHOWN).join(', ');
    super(`Failed to find model ${node.slice(0, 200)}: the nodes of the graph are ${shown}`);
  }
}

/** A path that names a model which no node of the graph has. */
export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError';

  constructor(
    readonly model: string,
    readonly known: readonly string[],
  ) {
    const shown = known.slice(0, MOST_SHOWN).join(', ');
    super(`the path must name a node of the graph (${shown}), got ${model.slice(0, 200)}`);
  }
}

/** A node that has nothing to say of itself. */
export class NoMetadataError extends Error {
  override readonly name = 'NoMetadataError';

  constructor(readonly node: string) {
    super(`node ${node} has no metadata of its own`);
  }
}

/** A call that this deployment has no answer to, though its protocol has the call. */
export class NotSupportedError extends Error {
  override readonly name = 'NotSupportedError';
}

/** Something in the deployment cannot answer yet. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';

  constructor(
    readonly limit: number,
    /** As announced; undefined when the body ran over the limit without announcing a length. */
    readonly length: number | undefined,
  ) {
    super(`body must have at most ${limit} bytes, got ${length ?? 'more'}`);
  }
}

export class InvalidPredictionIdError extends Error {
  override readonly name = 'InvalidPredictionIdError';

  constructor(readonly got: string) {
    super(
      'Seldon-Puid must be 1 to 128 printable ASCII characters without spaces or commas, ' +
        `got ${JSON.stringify(got.slice(0, 150))}`,
    );
  }
}

/** The client closed its connection before its request was complete: there is nobody to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';

  constructor() {
    super('the client closed its connection');
  }
}

/** An experiment of the graph that no store has published yet. */
export class MissingSnapshotError extends Error {
  override readonly name = 'MissingSnapshotError';

  constructor(
    readonly experiment: string,
    node: GraphNode,
  ) {
    super(`node ${node.name}: experiment ${experiment} has not been published yet`);
  }
}

/** An experiment that was published before this child was added to it. */
export class UndeclaredArmError extends Error {
  override readonly name = 'UndeclaredArmError';

  constructor(
    readonly experiment: string,
    readonly arm: string,
    node: GraphNode,
  ) {
    super(`node ${node.name}: experiment ${experiment} has not been published with the arm ${arm} yet`);
  }
}

/** The published arms are not this graph's children: another version of the manifest was applied. */
export class UnknownArmError extends Error {
  override readonly name = 'UnknownArmError';

  constructor(
    readonly experiment: string,
    readonly arm: string,
    node: GraphNode,
  ) {
    super(
      `node ${node.name}: arm of experiment ${experiment} must be one of ` +
        `${node.children.map((child) => child.name).join(', ')}, got ${arm}`,
    );
  }
}

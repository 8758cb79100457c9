/** A pipeline that cannot be written: one of its fields, what was expected there and what came. */
export class InvalidPipelineError extends Error {
  override readonly name = 'InvalidPipelineError';

  constructor(
    /** `steps[1].manifest`; empty for the whole. */
    readonly field: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${field} must be ${expected}, got ${got}`);
  }
}

export interface UnresolvedPlaceholder {
  /** As a value for it is given: `train-uri`, `workflow.uid`. */
  readonly name: string;
  /** Of the manifest that it stands in. */
  readonly template: string;
  /** Of the manifest, from 1. */
  readonly line: number;
  /** That line, trimmed. */
  readonly text: string;
  /** Why there is no value. */
  readonly reason: string;
}

/** Placeholders in the manifests of deployments that neither the pipeline's arguments nor the given values fill. */
export class UnresolvedPlaceholdersError extends Error {
  override readonly name = 'UnresolvedPlaceholdersError';

  constructor(readonly placeholders: readonly UnresolvedPlaceholder[]) {
    super(placeholders.map(({ name, template, reason }) => `${name} of ${template}: ${reason}`).join('\n'));
  }
}

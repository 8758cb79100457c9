/** A package that holds no pipeline, or is none. */
export class InvalidPackageError extends Error {
  override readonly name = 'InvalidPackageError';

  constructor(
    readonly expected: string,
    readonly got: string,
  ) {
    super(`expected ${expected}, got ${got}`);
  }
}

/** A Workflow is no larger on Kubernetes. */
export const MAX_BYTES = 1024 * 1024;
/** The name of the pipeline inside a package. */
export const ENTRY = 'pipeline.yaml';

/** A way to keep a pipeline in a file. The same pipeline always gives the same bytes. */
export interface PackageForm {
  pack(content: Buffer): Uint8Array;
  /** The files inside, of at most `MAX_BYTES` each. May throw anything. */
  unpack(bytes: Buffer): Promise<readonly PackedFile[]>;
}

export interface PackedFile {
  readonly name: string;
  content(): Uint8Array;
}

/** The data directory cannot be used; subclasses say why. */
export class DataDirectoryError extends Error {
  constructor(
    readonly path: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Thrown when a file cannot be made in the data directory, or the directory itself cannot be made. */
export class DataDirectoryNotWritableError extends DataDirectoryError {
  constructor(path: string, cause: Error) {
    super(
      path,
      `cannot write to the data directory ${path}: ${cause.message}. ` +
        'Make it writable, or choose another with --data-dir (SWITCHYARD_DATA_DIR).',
      { cause },
    );
  }
}

/** Thrown when there is something else than a directory in its place. */
export class NotADirectoryError extends DataDirectoryError {
  constructor(path: string, obstacle: string) {
    super(
      path,
      `the data directory must be a directory, got ${path}, where ${obstacle} is a file. Choose another with --data-dir.`,
    );
  }
}

/** Thrown when the data was written by a later release, whose format this one cannot know. */
export class NewerDataDirectoryError extends DataDirectoryError {
  constructor(
    path: string,
    readonly found: number,
    readonly known: number,
  ) {
    super(
      path,
      `the data directory ${path} has format ${found}, this release knows formats up to ${known}: ` +
        'use the newer Switchyard that wrote it, or choose another directory with --data-dir.',
    );
  }
}

/** Thrown when what a previous run left is not what it wrote; nothing is overwritten. */
export class DamagedDataDirectoryError extends DataDirectoryError {}

/** Thrown when another living process holds the data directory. */
export class DataDirectoryInUseError extends DataDirectoryError {
  constructor(
    path: string,
    readonly pid: number,
  ) {
    super(
      path,
      `the data directory ${path} is in use by process ${pid}. ` +
        'Stop that process, or choose another directory with --data-dir.',
    );
  }
}

/** Thrown when an embedded server does not come up; the message carries the end of its log. */
export class EmbeddedServiceError extends Error {
  constructor(
    readonly service: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`embedded ${service} did not start: ${reason}`, options);
    this.name = 'EmbeddedServiceError';
  }
}

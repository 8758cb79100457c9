/** A deployment file that no pipeline can be made of; nothing has been written. */
export class NoPipelineError extends Error {
  override readonly name = 'NoPipelineError';

  constructor(
    readonly file: string,
    /** One line each, with the path of the field. */
    readonly problems: readonly string[],
  ) {
    super(`${file} cannot be made a pipeline:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

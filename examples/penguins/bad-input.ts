/** A request that this component cannot read; `status` is what the caller gets. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  readonly status = 400;
}

import type { Metric } from './component.js';

/** A result with tags and metrics of this one call, which come after those of `tags()` and `metrics()`. */
export class SeldonResponse<Data = unknown> {
  /** How it is known, because a class may have its own copy of this library. */
  readonly isSeldonResponse = true;
  readonly tags: Readonly<Record<string, unknown>>;
  readonly metrics: readonly Metric[];

  constructor(
    readonly data: Data,
    about: { readonly tags?: Readonly<Record<string, unknown>>; readonly metrics?: readonly Metric[] } = {},
  ) {
    this.tags = about.tags ?? {};
    this.metrics = about.metrics ?? [];
  }
}

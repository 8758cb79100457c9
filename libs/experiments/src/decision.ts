/** One choice. With its experiment it is unique by `id`, the prediction id of the request. */
export interface Decision {
  readonly experimentId: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly revision: number;
  readonly evidenceVersion: number;
  /** What was randomised; null where it was the request itself. */
  readonly unit: string | null;
  /** The chosen arm. */
  readonly arm: string;
  /** The probability with which `arm` was chosen; null where the component that chose it did not say. */
  readonly propensity: number | null;
  /** One probability per arm of the revision, in its order; null for an arm that was off, or where it is not known. */
  readonly probabilities: readonly (number | null)[];
}

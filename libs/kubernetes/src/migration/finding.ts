import type { Manifest, SeldonPredictor } from '#graph';
import type { Plan } from '../plan.js';

export interface Finding {
  /** The field: `spec.predictors[0].explainer`. */
  readonly path: string;
  readonly message: string;
}

export type Find = (manifest: Manifest, plans: readonly Plan[]) => Finding[];

/** One finding for each predictor that `says` something of; `field` follows the predictor's own path. */
export function ofPredictors(
  field: string,
  says: (predictor: SeldonPredictor, plan: Plan) => string | false | null | undefined,
): Find {
  return ({ written }, plans) =>
    written.spec.predictors.flatMap((predictor, index) => {
      const message = says(predictor, plans[index]!);
      return message ? [{ path: `spec.predictors[${index}]${field}`, message }] : [];
    });
}

/** One finding if `message` is one. */
export function ofSpec(
  field: string,
  says: (spec: Manifest['written']['spec']) => string | false | null | undefined,
): Find {
  return ({ written }) => {
    const message = says(written.spec);
    return message ? [{ path: `spec.${field}`, message }] : [];
  };
}

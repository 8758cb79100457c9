import { declareExperiment, type ExperimentDeclaration } from '#experiments';
import { type Deployment, nodesOf, recordedChoiceOf } from '#graph';

/** What a deployment's manifest says about its experiments. */
export function declarationsOf({ namespace, name, predictors }: Deployment): ExperimentDeclaration[] {
  return predictors.flatMap(({ name: predictor, graph }) =>
    nodesOf(graph).flatMap((node) => {
      const spec = recordedChoiceOf(node);
      const place = { namespace, deployment: name, predictor, node: node.name };
      return spec ? [declareExperiment(place, spec)] : [];
    }),
  );
}

import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../failure.js';
import { setField } from './set-field.js';

function deployment() {
  return {
    metadata: { name: 'a', annotations: { 'seldon.io/x': 'y' } },
    spec: {
      predictors: [
        { replicas: 1, shadow: false, graph: { modelUri: 's3://a', parameters: [{ value: null }] } },
      ],
    },
  };
}

describe('setField', () => {
  it.each<[string, string, unknown]>([
    ['spec.predictors[0].graph.modelUri', 's3://b', 's3://b'],
    ['spec.predictors[0].graph.modelUri', '3', '3'],
    ['spec.predictors[0].replicas', '3', 3],
    ['spec.predictors[0].replicas', '{{n}}', '{{n}}'],
    ['spec.predictors[0].shadow', 'true', true],
    ['spec.predictors[0].traffic', '50', 50],
    ['spec.predictors[0].graph.implementation', 'ONNX_SERVER', 'ONNX_SERVER'],
    ['spec.predictors[0].graph.parameters[0].value', '2', '2'],
    ['metadata.annotations["seldon.io/x"]', 'a=b', 'a=b'],
  ])('%s=%s', (path, text, value) => {
    const changed = deployment();
    setField(changed, path, text);
    expect(at(changed, path)).toBe(value);
  });

  it.each([
    ['spec.predictors[1].replicas', 'the deployment has no spec.predictors[1]'],
    ['spec.predictors[1]', 'the deployment has no spec.predictors[1]'],
    ['spec.predictors.graph', 'the deployment has no spec.predictors.graph'],
    ['metadata.name.first', 'the deployment has no metadata.name.first'],
    ['metadata.labels.run', 'the deployment has no metadata.labels'],
    ['__proto__.run', 'the deployment has no __proto__'],
    ['spec..predictors', '--field must be like spec.predictors[0].replicas=2, got the path spec..predictors'],
    ['spec.predictors[x]', '--field must be like'],
  ])('refuses %s', (path, message) => {
    const unchanged = deployment();
    expect(() => setField(unchanged, path, 'x')).toThrow(UsageError);
    expect(() => setField(unchanged, path, 'x')).toThrow(message);
    expect(unchanged).toEqual(deployment());
  });
});

function at(root: unknown, path: string): unknown {
  const keys = path.includes('"') ? ['metadata', 'annotations', 'seldon.io/x'] : path.match(/\w+/g)!;
  return keys.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], root);
}

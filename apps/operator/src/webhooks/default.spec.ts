import { describe, expect, it } from '@jest/globals';
import { missingVectors, operatorCases } from '../../../../libs/kubernetes/src/testing/operator-vectors.js';
import type { PatchOperation } from './admission-review.js';
import { withDefaults } from './default.js';
import { deployment, review, VALID } from './testing/review.js';

const containers = ['a', 'b', 'c', 'd'].map((name) => ({ name, image: 'registry.example/model:1' }));
const componentSpecs = [{ spec: { containers } }];
const server = { name: 'e', implementation: 'SKLEARN_SERVER', modelUri: 's3://models/iris' };
const children = [
  { name: 'a' },
  { name: 'b', type: 'TRANSFORMER', children: [{ name: 'c', type: null, more: 'unknown' }] },
  { name: 'd', methods: ['TRANSFORM_INPUT'] },
  server,
];
const GRAPH = { name: 'all', implementation: 'AVERAGE_COMBINER', children };
const SPEC = { predictors: [{ name: 'main', componentSpecs, graph: GRAPH }] };

describe('the defaulting webhook', () => {
  it('writes the type of models that do not say theirs, and nothing else', () => {
    const at = '/spec/predictors/0/graph/children';
    expect(withDefaults(review({ object: deployment(SPEC) }))).toEqual({
      refusal: null,
      patch: [
        { op: 'add', path: `${at}/0/type`, value: 'MODEL' },
        { op: 'add', path: `${at}/1/children/0/type`, value: 'MODEL' },
        { op: 'add', path: `${at}/3/type`, value: 'MODEL' },
      ],
    });
  });

  it.each([
    ['a deployment that says all', review({ object: deployment(VALID) })],
    ['an invalid one', review({ object: deployment({ predictors: [{ name: 'main', graph: {} }] }) })],
    ['a deletion', review({ operation: 'DELETE', object: null })],
    [
      'one that is being deleted',
      review({ object: deployment(SPEC, { deletionTimestamp: '2026-03-01T12:00:00Z' }) }),
    ],
    ['a status', review({ object: deployment(SPEC), subResource: 'status' })],
  ])('leaves %s as it is', (_, request) => {
    expect(withDefaults(request)).toEqual({ refusal: null, patch: [] });
  });

  const withVectors = missingVectors === null ? it : it.skip;

  withVectors(
    `changes nothing in the second pass, for every recorded manifest${missingVectors === null ? '' : `: ${missingVectors}`}`,
    () => {
      const manifests = operatorCases().flatMap(({ manifests: all }) => all);
      const patched = manifests.map(({ spec }) => patchedOnce(spec)).filter(({ first }) => first.length > 0);
      expect(patched.length).toBeGreaterThan(0);
      expect(patched.flatMap(({ second }) => second)).toEqual([]);
    },
  );
});

function patchedOnce(spec: unknown) {
  const first = withDefaults(review({ object: deployment(spec) })).patch;
  const object = JSON.parse(JSON.stringify(deployment(spec)));
  for (const operation of first) apply(operation, object);
  return { first, second: withDefaults(review({ object })).patch };
}

/** `add` of RFC 6902 for a member of an object. */
function apply({ path, value }: PatchOperation, object: Record<string, unknown>): void {
  const keys = path.split('/').slice(1);
  const last = keys.pop()!;
  const parent = keys.reduce((inner, key) => inner[key] as Record<string, unknown>, object);
  parent[last] = value;
}

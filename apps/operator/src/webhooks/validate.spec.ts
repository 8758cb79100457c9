import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../config.js';
import { handlersFor } from './handlers.js';
import { deployment, review, VALID } from './testing/review.js';

const { '/validate': validate } = handlersFor(loadConfig({})) as Required<ReturnType<typeof handlersFor>>;

const NO_CONTAINER = {
  predictors: [{ name: 'main', traffic: 50, graph: { name: 'model', type: 'MODEL' } }],
};

describe('the validating webhook', () => {
  it("refuses with Seldon's messages, one cause for each field", () => {
    const { refusal } = validate!(review({ object: deployment(NO_CONTAINER) }));
    expect(refusal).toEqual({
      ...{ status: 'Failure', code: 422, reason: 'Invalid' },
      message: [
        'spec.predictors[0].traffic: Traffic must sum be 100 for a single predictor when set, got 50',
        `spec.predictors[0].graph: Can't find container for Predictive Unit: no container is called "model"`,
      ].join('\n'),
      details: {
        ...{ group: 'machinelearning.seldon.io', kind: 'SeldonDeployment', name: 'iris' },
        causes: [
          {
            reason: 'FieldValueInvalid',
            field: 'spec.predictors[0].traffic',
            message: 'Traffic must sum be 100 for a single predictor when set, got 50',
          },
          {
            reason: 'FieldValueInvalid',
            field: 'spec.predictors[0].graph',
            message: `Can't find container for Predictive Unit: no container is called "model"`,
          },
        ],
      },
    });
  });

  it('refuses what only Kubernetes forbids', () => {
    const [predictor] = VALID.predictors;
    const { refusal } = validate!(
      review({ object: deployment({ predictors: [{ ...predictor, name: 'a_b' }] }) }),
    );
    expect(refusal?.message).toMatch(/^spec\.predictors\[0\]\.name: /);
  });

  it('refuses an update that leaves it invalid in another way', () => {
    const object = deployment({ predictors: [] });
    expect(validate!(review({ object, oldObject: deployment(NO_CONTAINER) })).refusal?.message).toMatch(
      'Graph contains no predictors',
    );
  });

  it('refuses an update of an annotation to a value that makes it invalid', () => {
    const object = deployment(VALID, { annotations: { 'seldon.io/no-engine': 1 } });
    expect(validate!(review({ object, oldObject: deployment(VALID) })).refusal?.message).toMatch(
      /^metadata\.annotations/,
    );
  });

  it.each([
    ['a valid deployment', review({ object: deployment(VALID) })],
    [
      'a valid one with a name that will be generated',
      review({ object: deployment(VALID, { name: undefined, generateName: 'iris-' }) }),
    ],
    [
      'one that was invalid before and only got a label',
      review({
        object: deployment(NO_CONTAINER, { labels: { team: 'blue' } }),
        oldObject: deployment(NO_CONTAINER),
      }),
    ],
    ['a deletion', review({ operation: 'DELETE', object: null, oldObject: deployment(NO_CONTAINER) })],
    [
      'one that is being deleted and loses a finalizer',
      review({
        object: deployment(NO_CONTAINER, { deletionTimestamp: '2026-03-01T12:00:00Z' }),
        oldObject: deployment({ predictors: [] }),
      }),
    ],
    ['a status', review({ object: deployment(NO_CONTAINER), subResource: 'status' })],
    [
      'one of another class',
      review({ object: deployment(NO_CONTAINER, { labels: { 'seldon.io/controller-id': 'blue' } }) }),
    ],
  ])('admits %s', (_, request) => {
    expect(validate!(request)).toEqual({ refusal: null, patch: [] });
  });

  it('judges those of its own class alone', () => {
    const config = loadConfig({ SWITCHYARD_CLASS: 'blue' });
    const blue = handlersFor(config)['/validate']!;
    const labels = { 'seldon.io/controller-id': 'blue' };
    expect(blue(review({ object: deployment(NO_CONTAINER, { labels }) })).refusal).not.toBeNull();
    expect(blue(review({ object: deployment(NO_CONTAINER) })).refusal).toBeNull();
  });
});

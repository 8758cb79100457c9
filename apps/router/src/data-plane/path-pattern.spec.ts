import { describe, expect, it } from '@jest/globals';
import { PathPattern } from './path-pattern.js';

const infer = new PathPattern('/v2/models/{model}/infer');
const versioned = new PathPattern('/v2/models/{model}/versions/{version}/infer');
const predict = new PathPattern('/v1/models/{model}:predict');
const labelled = new PathPattern('/v1/models/{model}/labels/{version}:predict');

describe('a path with names in it', () => {
  it.each([
    [infer, '/v2/models/iris/infer', { name: 'iris', version: undefined }],
    [infer, '/v2/models/my%20model-1.2_b/infer', { name: 'my%20model-1.2_b', version: undefined }],
    [infer, '/v2/models/infer/infer', { name: 'infer', version: undefined }],
    [infer, '/v2/models/..iris/infer', { name: '..iris', version: undefined }],
    [versioned, '/v2/models/iris/versions/2/infer', { name: 'iris', version: 'versions/2' }],
    [predict, '/v1/models/half_plus_two:predict', { name: 'half_plus_two', version: undefined }],
    [labelled, '/v1/models/iris/labels/stable:predict', { name: 'iris', version: 'labels/stable' }],
  ])('%j takes %s apart', (pattern, path, names) => {
    expect(pattern.match(path)).toEqual(names);
  });

  it.each([
    [infer, '/v2/models//infer'],
    [infer, '/v2/models/../infer'],
    [infer, '/v2/models/%2e%2E/infer'],
    [infer, '/v2/models/a%2Fb/infer'],
    [infer, '/v2/models/a%5cb/infer'],
    [infer, '/v2/models/a/b/infer'],
    [infer, '/v2/models/iris/infer/'],
    [infer, `/v2/models/${'a'.repeat(201)}/infer`],
    [versioned, '/v2/models/iris/versions/../infer'],
    [predict, '/v1/models/..:predict'],
    [predict, '/v1/models/:predict'],
  ])('%j is not %s', (pattern, path) => {
    expect(pattern.match(path)).toBeNull();
  });
});

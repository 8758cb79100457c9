import { expect, it } from '@jest/globals';
import { graphDigest } from './graph-digest.js';

it('is the beginning of the SHA-256 of both texts', () => {
  // printf 'a\n---\nb' | sha256sum
  expect(graphDigest('a', 'b')).toBe('567988c630975a24');
});

it('differs where a line is in the other text', () => {
  expect(graphDigest('a\nb', 'c')).not.toBe(graphDigest('a', 'b\nc'));
});

import { describe, expect, it } from '@jest/globals';
import { UnsupportedUriError } from '../errors.js';
import { parseUri } from './parse-uri.js';

const SUM = 'ab'.repeat(32);

describe('parseUri', () => {
  it.each([
    ['models/a', { kind: 'path', path: 'models/a' }],
    ['/mnt/models', { kind: 'path', path: '/mnt/models' }],
    ['file://models/a b#1', { kind: 'path', path: 'models/a b#1' }],
    ['file:///mnt/models', { kind: 'path', path: '/mnt/models' }],
    ['s3://bucket/a/b', { kind: 's3', bucket: 'bucket', key: 'a/b' }],
    ['S3://bucket', { kind: 's3', bucket: 'bucket', key: '' }],
    ['gs://seldon-models/v1/', { kind: 'gs', bucket: 'seldon-models', key: 'v1/' }],
    ['pvc://claim/models/a', { kind: 'pvc', claim: 'claim', path: 'models/a' }],
    ['pvc://claim', { kind: 'pvc', claim: 'claim', path: '' }],
  ])('reads %s', (uri, location) => {
    expect(parseUri(uri)).toMatchObject({ text: uri, shown: uri, sha256: undefined, location });
  });

  it('keeps the checksum apart', () => {
    expect(parseUri(`s3://b/k#sha256=${SUM.toUpperCase()}`)).toMatchObject({
      text: 's3://b/k',
      sha256: SUM,
      location: { key: 'k' },
    });
  });

  it('shows no query, which may be a signature', () => {
    expect(parseUri('https://host/a?X-Amz-Signature=1').shown).toBe('https://host/a');
  });

  it.each([
    ['', 'got nothing'],
    ['file://', 'must be file://<path>'],
    ['s3:///key', 'must be s3://<bucket>/<key or prefix>'],
    ['gs://', 'must be gs://<bucket>/<key or prefix>'],
    ['pvc:///a', 'must be pvc://<claim>/<path>'],
    ['http://', 'must be http(s)://<host>/<path>'],
    ['https://user:secret@host/a', 'https://host/a: URI must be free of user and password'],
    ['gcs:bucket/path', 'an rclone remote is written as s3://bucket/path or gs://bucket/path'],
    ['s3:bucket/path', 'got the remote s3, which is how rclone writes it'],
    ['minio://bucket/path', 'got the remote minio, which is how rclone writes it'],
    ['constructor://a', 'got the remote constructor'],
    ['s3://b/k#sha256=12', 'sha256 must be 64 hexadecimal digits, got 12'],
    ['s3://b/k#sha256=', 'sha256 must be 64 hexadecimal digits, got nothing'],
  ])('refuses %s', (uri, problem) => {
    expect(() => parseUri(uri)).toThrow(UnsupportedUriError);
    expect(() => parseUri(uri)).toThrow(problem);
  });
});

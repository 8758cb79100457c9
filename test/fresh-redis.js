import { beforeAll } from '@jest/globals';
import { Redis } from 'ioredis';
import { testRedisUrl } from '#testing';

/** Every test file finds its Redis database empty. */
beforeAll(async () => {
  const redis = new Redis(testRedisUrl());
  await redis.flushdb();
  redis.disconnect();
});

import type { Redis } from 'ioredis';

/** The experiment in braces keeps all of its keys in one slot of a Redis Cluster. */
export const decisionsKey = (experimentId: string) => `sy:{${experimentId}}:decisions`;

/** Entries that could not be read, for somebody to look at. */
export const deadKey = (experimentId: string) => `sy:{${experimentId}}:dead`;

/**
 * Messages are `PublishedSnapshot`s as JSON. Channels, unlike keys, are shared by all databases of a Redis, so the
 * database's number keeps two installations apart.
 */
export const snapshotChannel = (redis: Redis) => `sy:snapshots:${redis.options.db ?? 0}`;

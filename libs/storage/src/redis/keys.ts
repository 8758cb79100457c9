/** The experiment in braces keeps all of its keys in one slot of a Redis Cluster. */
export const decisionsKey = (experimentId: string) => `sy:{${experimentId}}:decisions`;

/** Entries that could not be read, for somebody to look at. */
export const deadKey = (experimentId: string) => `sy:{${experimentId}}:dead`;

/** Messages are `PublishedSnapshot`s as JSON. */
export const SNAPSHOT_CHANNEL = 'sy:snapshots';

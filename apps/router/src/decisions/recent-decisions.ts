import type { Decision } from '#experiments';

/**
 * The last decisions of this process by request id, so that a quick reward need not wait for the ledger. Two
 * generations of a map: when the younger is full it becomes the older, and the older is forgotten.
 */
export class RecentDecisions {
  private young = new Map<string, readonly Decision[]>();
  private old = new Map<string, readonly Decision[]>();

  constructor(private readonly generation = 25_000) {}

  /** A repeated id keeps its first decisions, as in the ledger. */
  add(id: string, decisions: readonly Decision[]): void {
    if (this.young.has(id) || this.old.has(id)) return;
    if (this.young.size >= this.generation) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(id, decisions);
  }

  get(id: string): readonly Decision[] | undefined {
    return this.young.get(id) ?? this.old.get(id);
  }
}

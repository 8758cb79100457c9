/** What has been started, to be stopped in the opposite order. */
export class StopStack {
  private readonly stops: (() => Promise<unknown>)[] = [];

  push(stop: () => Promise<unknown>): void {
    this.stops.push(stop);
  }

  /** Stops everything, also where something fails on the way; then throws the first failure. */
  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (let stop = this.stops.pop(); stop; stop = this.stops.pop()) {
      await stop().catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}

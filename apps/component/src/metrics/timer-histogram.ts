const COUNT = 50;
const FIRST = 0.001;
const LAST = 30;
/** Upper bounds in seconds, evenly spaced on a logarithmic scale, as in Seldon's wrapper. */
const BOUNDS = Array.from({ length: COUNT }, (_, i) => FIRST * (LAST / FIRST) ** (i / (COUNT - 1)));

type Labels = Record<string, string | number>;

/** The times of one TIMER with one set of tags. */
export class TimerHistogram {
  private readonly counts = new Float64Array(COUNT + 1);
  private sum = 0;

  observe(seconds: number): void {
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
    this.counts[bucket < 0 ? COUNT : bucket]!++;
    this.sum += seconds;
  }

  /** As prom-client writes a histogram. */
  values(name: string, labels: Labels) {
    let cumulative = 0;
    const buckets = Array.from(this.counts, (count, index) => {
      cumulative += count;
      const le = BOUNDS[index] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: cumulative };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.sum },
      { metricName: `${name}_count`, labels, value: cumulative },
    ];
  }
}

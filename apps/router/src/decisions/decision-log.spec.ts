import { describe, expect, it } from '@jest/globals';
import { type Decision, DecisionStream } from '#experiments';
import { DecisionLog } from './decision-log.js';
import { RecentDecisions } from './recent-decisions.js';

/** Holds what it is given; takes nothing while it is away. */
class MemoryStream extends DecisionStream {
  readonly batches: (readonly Decision[])[] = [];
  away = false;

  override async append(_experimentId: string, decisions: readonly Decision[]): Promise<void> {
    if (this.away) throw new Error('away');
    this.batches.push(decisions);
  }

  get ids(): string[] {
    return this.batches.flat().map(({ id }) => id);
  }
}

function decision(id: string, experimentId = 'x', arm = 'a'): Decision {
  const rest = { at: 0, revision: 1, evidenceVersion: 0, unit: null, propensity: 1, probabilities: [1] };
  return { experimentId, id, arm, ...rest };
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => String(i));

describe('DecisionLog', () => {
  it('sends all of them once, in order, in batches of at most 200', async () => {
    const stream = new MemoryStream();
    const log = new DecisionLog(stream);
    for (const id of ids(1001)) log.append(decision(id));
    await log.close();
    expect(stream.ids).toEqual(ids(1001));
    expect(Math.max(...stream.batches.map(({ length }) => length))).toBe(200);
  });

  it('keeps them apart by experiment, and counts the arms', async () => {
    const stream = new MemoryStream();
    const log = new DecisionLog(stream);
    log.append(decision('1', 'x', 'a'));
    log.append(decision('2', 'y', 'b'));
    log.append(decision('3', 'x', 'a'));
    await log.close();
    expect(stream.batches.map((batch) => batch.map(({ id }) => id))).toEqual([['1', '3'], ['2']]);
    expect([...log.chosen('x')]).toEqual([['a', 2]]);
  });

  it('keeps what a stream that is away does not take, up to 100,000, and counts the rest', async () => {
    const stream = new MemoryStream();
    stream.away = true;
    const log = new DecisionLog(stream);
    for (const id of ids(100_010)) log.append(decision(id));
    expect(log.dropped).toBe(10);
    stream.away = false;
    await log.close();
    expect(stream.ids).toEqual(ids(100_000));
    expect(log.dropped).toBe(10);
  });
});

describe('RecentDecisions', () => {
  it('remembers at least one generation and at most two, and the first of a repeated id', () => {
    const recent = new RecentDecisions(10);
    for (const id of ids(25)) recent.add(id, [decision(id)]);
    expect(recent.get('9')).toBeUndefined();
    expect(recent.get('10')).toHaveLength(1);
    recent.add('24', []);
    expect(recent.get('24')).toHaveLength(1);
  });
});

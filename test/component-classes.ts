import { inspect } from 'node:util';

/** What `graph.component` of the vectors describes in words, as classes; the host finds them by their names. */

export class Identity {
  predict(rows: unknown): unknown {
    return rows;
  }
}

export class Route22 {
  route(): number {
    return 22;
  }
}

/** A whole number of another type than the language's own, as numpy.int64 is one. */
export class RouteBigint {
  route(): bigint {
    return 1n;
  }
}

export class Feedback {
  sendFeedback(): undefined {
    return undefined;
  }
}

export class Flatten {
  aggregate(answers: readonly unknown[][]): unknown[] {
    return answers.flat();
  }
}

export class Raises {
  predict(): never {
    throw Object.assign(new Error('bad'), { status: 409, reason: 'WHY' });
  }
}

export class Empty {}

export class Numbers {
  readonly classNames = ['a', 'b'];

  predict(): number[][] {
    return [[1.5, 2.5]];
  }

  tags(): object {
    return { k: 'v' };
  }

  metrics(): object[] {
    return [
      { type: 'COUNTER', key: 'c', value: 1 },
      { type: 'GAUGE', key: 'g', value: 100 },
      { type: 'TIMER', key: 't', value: 20.2 },
    ];
  }
}

export class Dict {
  predict(): object {
    return { a: 1, b: [1.5, null, 'x'] };
  }
}

export class Text {
  predict(): string {
    return 'hi';
  }
}

export class Strings {
  predict(): string[][] {
    return [['a', 'b']];
  }
}

export class BadMetric extends Identity {
  metrics(): object[] {
    return [{ type: 'NOPE', key: 'c', value: 1 }];
  }
}

export class RawStatus {
  predictRaw(): object {
    return {
      status: { code: 400, reason: 'exception message', info: 'exception caught', status: 'FAILURE' },
    };
  }
}

export class NotANumber {
  predict(): number[][] {
    return [[Number.NaN, 1]];
  }
}

/** Shows the values that it gets, also those that JSON cannot say. */
export class Kinds {
  predict(rows: unknown): string {
    return inspect(rows).replace(/\[ /g, '[').replace(/ \]/g, ']');
  }
}

/** Its answer is no SeldonMessage. */
export class Unfit {
  predictRaw(): object {
    return { strData: 7 };
  }
}

/** For the tests of the host itself: shows its parameters and its process, and ends it when asked to. */
export class Host {
  private loads = 0;

  constructor(private readonly parameters: Record<string, unknown>) {}

  async load(): Promise<void> {
    if (this.parameters.refuse) throw new Error('the artefact is gone');
    this.loads++;
  }

  async predict(rows: unknown, names: readonly string[]): Promise<unknown> {
    if (names[0] === 'crash') process.kill(process.pid, 'SIGKILL');
    if (names[0] === 'reject') void Promise.reject(new Error('forgotten'));
    if (names[0] === 'slow') await new Promise((resolve) => setTimeout(resolve, 700));
    return { rows, parameters: this.parameters, pid: process.pid, loads: this.loads };
  }

  metrics(): object[] {
    return [
      { type: 'COUNTER', key: 'seen', value: 2, tags: { colour: 'red' } },
      { type: 'TIMER', key: 'took', value: 20.2 },
    ];
  }

  initMetadata(): object {
    return { name: 'host', platform: 'node', outputs: [{ messagetype: 'tensor', schema: { shape: [1] } }] };
  }

  transformInputRaw(message: object): object {
    return { ...message, seen: true };
  }

  sendFeedback(...given: unknown[]): object {
    return { given };
  }
}

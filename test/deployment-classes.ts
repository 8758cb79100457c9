import { SeldonResponse } from 'switchyard/sdk';

/** The components of the deployments in Seldon's documentation and tests, for seldon-deployment.e2e-spec.ts. */

type Rows = number[][];

const plusOne = (rows: Rows): Rows => rows.map((row) => row.map((value) => value + 1));

/** examples/models/mean_classifier: a sigmoid of the row's mean, less that of the training data. */
export class MeanClassifier {
  readonly classNames = ['proba'];

  predict(rows: Rows): Rows {
    return rows.map((row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
      return [1 / (1 + Math.exp(35 / 12 - mean))];
    });
  }
}

/** The model of Seldon's scikit-learn server is not here: it knows one answer, which is the notebook's. */
export class RecordedIris {
  predict(rows: Rows): Rows {
    if (String(rows) !== '1,2,5,6') throw new Error(`expected the notebook's row, got ${rows}`);
    return [[9.912315378486718e-7, 0.0007015931307743852, 0.9992974156376878]];
  }
}

export class RuntimeTagsAndMetrics {
  predict(rows: Rows): SeldonResponse {
    return new SeldonResponse(rows, {
      tags: { runtime: 'tag', shared: 'right one' },
      metrics: [{ type: 'COUNTER', key: 'instance_counter', value: rows.length }],
    });
  }

  tags = () => ({ static: 'tag', shared: 'not right one' });
  metrics = () => [{ type: 'COUNTER', key: 'requests_counter', value: 1 }];
}

export class ModelOne {
  predict = () => ['model-1'];
  tags = () => ({ 'model-1': 'yes', common: 1 });
}

export class ModelTwo {
  predict = () => ['model-2'];
  tags = () => ({ 'model-2': 'yes', common: 2 });
}

export class TagCombiner {
  aggregate = (inputs: unknown[]) => inputs;
  tags = () => ({ combiner: 'yes' });
}

export class PlusOne {
  predict = plusOne;
  transformOutput = plusOne;
  aggregate = ([first]: Rows[]) => plusOne(first!);
}

export class RouteZero {
  route = () => 0;
}

export class Refusing {
  predictRaw = () => ({
    status: { code: 400, reason: 'exception message', status: 'FAILURE', info: 'exception caught' },
  });
}

export class Described {
  predict = (rows: Rows) => rows;

  initMetadata() {
    return {
      name: 'my-model-name',
      versions: ['my-model-version-01'],
      platform: 'seldon',
      inputs: [{ messagetype: 'tensor', schema: { names: ['a', 'b', 'c', 'd'], shape: [4] } }],
      outputs: [{ messagetype: 'tensor', schema: { shape: [1] } }],
      custom: { author: 'seldon-dev' },
    };
  }
}

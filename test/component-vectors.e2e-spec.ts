import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { RunningComponent } from '../apps/component/src/start-component.js';
import { startHost } from './component-host.js';

interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly body?: unknown;
}

interface Vector {
  readonly id: string;
  readonly level: string;
  readonly graph: { readonly component: string };
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly expected: Answer & { readonly bodyText?: string };
  readonly note: string;
}

/** The description of a component in the vectors, and the class of component-classes.ts that does the same. */
const CLASSES: Readonly<Record<string, string>> = {
  'predict returns X': 'Identity',
  'route returns 22': 'Route22',
  'route returns numpy.int64(1)': 'RouteBigint',
  'send_feedback(features,names,reward,truth,routing) returns None': 'Feedback',
  'send_feedback returns None': 'Feedback',
  'aggregate returns the flattened inputs as a list': 'Flatten',
  'aggregate defined': 'Flatten',
  "predict raises SeldonMicroserviceException('bad', status_code=409, reason='WHY')": 'Raises',
  'object without predict': 'Empty',
  'object without transform_input': 'Empty',
  'object without send_feedback': 'Empty',
  'object without health_status': 'Empty',
  'same as above': 'Numbers',
  'predict returns a dict': 'Dict',
  "predict returns 'hi'": 'Text',
  'predict returns strings': 'Strings',
  'metrics type NOPE': 'BadMetric',
  'predict_raw returns status.code 400': 'RawStatus',
  'predict returns [[nan,1.0]]': 'NotANumber',
};

const failed = (status: number, info: string, reason = 'MICROSERVICE_BAD_DATA') => ({
  status,
  body: { status: { code: -1, info, reason, status: 1 } },
});

/** Where this host differs from Seldon's on purpose: why, and what it answers instead. */
const DEVIATIONS: Readonly<Record<string, { readonly why: string; readonly expected: Answer }>> = {
  'wrapper-no-transform': {
    why: 'a message that nobody transforms keeps its names: section 3.3 promises it, numpy lost them',
    expected: {
      status: 200,
      body: { data: { names: ['x'], ndarray: [[1]] }, meta: { requestPath: { '1': 'img:1.0' } } },
    },
  },
  'wrapper-feedback-unknown-field': {
    why: 'refused likewise; the text is ours, not that of the protobuf library',
    expected: failed(400, 'feedback: expected the fields request, response, reward, truth, got foo'),
  },
  'wrapper-aggregate-bad': {
    why: 'what came is shown as JSON, not as Python writes it',
    expected: failed(400, 'Invalid request data type: {"x":1}'),
  },
  'wrapper-bad-metric': {
    why: 'what came is shown as JSON without spaces',
    expected: failed(
      500,
      'Bad metric created during request: [{"type":"NOPE","key":"c","value":1}]',
      'MICROSERVICE_BAD_METRIC',
    ),
  },
  'wrapper-health-undefined': {
    why: 'a component that says nothing of its health is healthy, as in later versions',
    expected: { status: 200, body: { strData: 'healthy', meta: { requestPath: { '1': 'img:1.0' } } } },
  },
  'wrapper-nan': {
    why: 'NaN is no JSON: a client could not read the answer',
    expected: failed(500, 'expected finite numbers, got NaN', 'MICROSERVICE_INTERNAL_ERROR'),
  },
};

/** Requests that the vectors hold as the text of a Python expression. */
const FORMS: Readonly<Record<string, () => FormData | URLSearchParams>> = {
  'wrapper-form-json': () => new URLSearchParams({ json: '{"data": {"ndarray": [[1, 2, 3]]}}' }),
  'wrapper-multipart': () => {
    const form = new FormData();
    form.set('meta', '{"puid": "mp"}');
    form.set('binData', new Blob([Buffer.from([1, 2])]), 'f.bin');
    return form;
  },
};

const file = process.env.SELDON_VECTORS ?? '../shared/vectors/seldon/seldon-v1.json';
const vectors: Vector[] = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8')).filter(({ level }: Vector) => level === 'component')
  : [];
const hosts = new Map<string, Promise<RunningComponent>>();

function hostOf({ graph, id }: Vector): Promise<RunningComponent> {
  const className = CLASSES[graph.component];
  if (className === undefined) throw new Error(`${id}: no class is like "${graph.component}"`);
  const host = hosts.get(className) ?? startHost(className);
  hosts.set(className, host);
  return host;
}

async function ask(vector: Vector): Promise<Answer> {
  const { url } = await hostOf(vector);
  const { method, path, body } = vector.request;
  const form = FORMS[vector.id]?.();
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(
    url + path,
    method === 'GET' ? {} : { method, ...(form ? { body: form } : json) },
  );
  const contentType = response.headers.get('content-type') ?? '';
  return { status: response.status, contentType, body: await response.json() };
}

afterAll(async () => {
  for (const host of hosts.values()) await (await host).close();
});

if (vectors.length === 0) {
  describe('the component host', () => {
    it.skip(`answers as Seldon's wrapper: needs ${file}, which is absent`, () => undefined);
  });
} else {
  describe("the component host, by Seldon's recorded cases", () => {
    it.each(vectors.filter(({ id }) => !(id in DEVIATIONS)).map((vector) => [vector.id, vector] as const))(
      '%s: the same',
      async (_id, vector) => {
        expect(await ask(vector)).toEqual(vector.expected);
      },
    );

    it.each(vectors.filter(({ id }) => id in DEVIATIONS).map((vector) => [vector.id, vector] as const))(
      '%s: differs on purpose',
      async (id, vector) => {
        const { expected } = DEVIATIONS[id]!;
        expect(vector.expected.body).not.toEqual(expected.body);
        expect(await ask(vector)).toEqual({ contentType: 'application/json', ...expected });
      },
    );
  });
}

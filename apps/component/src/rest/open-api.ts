import type { OpenAPIObject } from '@nestjs/swagger';
import { seldonContent, seldonSchemas } from '#openapi';

type PathItem = OpenAPIObject['paths'][string];

interface Call {
  readonly id: string;
  readonly summary: string;
  readonly paths: readonly string[];
  /** The schema of the body. */
  readonly takes: keyof typeof seldonSchemas;
}

const CALLS: readonly Call[] = [
  {
    id: 'predict',
    summary: 'Predict',
    paths: ['/predict', '/api/v1.0/predictions', '/api/v0.1/predictions'],
    takes: 'SeldonMessage',
  },
  {
    id: 'transformInput',
    summary: 'Transform a request',
    paths: ['/transform-input'],
    takes: 'SeldonMessage',
  },
  {
    id: 'transformOutput',
    summary: 'Transform an answer',
    paths: ['/transform-output'],
    takes: 'SeldonMessage',
  },
  { id: 'route', summary: 'Choose a child', paths: ['/route'], takes: 'SeldonMessage' },
  { id: 'aggregate', summary: 'Combine answers', paths: ['/aggregate'], takes: 'SeldonMessageList' },
  {
    id: 'sendFeedback',
    summary: 'Take a reward',
    paths: ['/send-feedback', '/api/v1.0/feedback', '/api/v0.1/feedback'],
    takes: 'Feedback',
  },
];

const QUESTIONS = [
  { id: 'healthStatus', summary: 'Health of the class', path: '/health/status', answer: 'SeldonMessage' },
  { id: 'metadata', summary: 'What the class says of its model', path: '/metadata', answer: 'Metadata' },
] as const;

/** What a component serves, as `/seldon.json` gives it; `unit` is the name of its node. */
export function openApiDocument(unit: string): OpenAPIObject {
  const calls = CALLS.flatMap((call) => call.paths.map((path, i) => [path, callItem(call, i)] as const));
  const questions = QUESTIONS.flatMap(({ id, summary, path, answer }) =>
    [path, `/api/v1.0${path}`].map(
      (at, i) =>
        [
          at,
          { get: { operationId: name(id, i), summary, responses: { 200: seldonContent(answer) } } },
        ] as const,
    ),
  );
  return {
    openapi: '3.0.3',
    info: { title: `Component ${unit}`, version: '1.0', description: "Seldon Core v1's component API" },
    paths: {
      ...Object.fromEntries([...calls, ...questions]),
      '/health/ping': {
        get: { operationId: 'ping', summary: 'Whether the server lives', responses: { 200: PONG } },
      },
    },
    components: { schemas: seldonSchemas },
  };
}

const PONG = { description: 'pong', content: { 'text/plain': { schema: { type: 'string' } } } };

function callItem({ id, summary, takes }: Call, index: number): PathItem {
  return {
    post: {
      operationId: name(id, index),
      summary,
      requestBody: { required: true, content: bodyOf(takes) },
      responses: { 200: seldonContent('SeldonMessage'), default: seldonContent('Failure') },
    },
  };
}

/** An operation's id must be unique; the first path of a call has the plain one. */
function name(id: string, index: number): string {
  return index === 0 ? id : `${id}${index + 1}`;
}

/** As JSON, or as JSON in the form field `json`. */
function bodyOf(schema: keyof typeof seldonSchemas) {
  const { content } = seldonContent(schema);
  const form = { type: 'object', properties: { json: { type: 'string' } }, required: ['json'] };
  return { ...content, 'application/x-www-form-urlencoded': { schema: form } };
}

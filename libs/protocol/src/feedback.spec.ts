import { describe, expect, it } from '@jest/globals';
import { InvalidFeedbackError, MalformedBodyError } from './errors.js';
import { readFeedback } from './feedback.js';
import { Message } from './message.js';

const read = (text: string) => readFeedback(Message.ofBytes(Buffer.from(text)));

describe('readFeedback', () => {
  it('reads what a Seldon client sends back', () => {
    const response = { data: { ndarray: [['B']] }, meta: { puid: 'p-1', routing: { router: 1, trans: -1 } } };
    const request = { data: { names: ['f0'], ndarray: [[1]] } };
    expect(read(JSON.stringify({ request, response, reward: 0.5, truth: { strData: 'x' } }))).toEqual({
      request,
      response,
      reward: 0.5,
      truth: { strData: 'x' },
      puid: 'p-1',
      routing: { router: 1, trans: -1 },
    });
  });

  it.each(['{}', '{"response":{}}', '{"response":null}', '{"response":{"meta":null}}'])(
    'needs no field: %s',
    (text) => {
      const feedback = read(text);
      expect(feedback.puid).toBeUndefined();
      expect(feedback.routing).toBeUndefined();
      expect(feedback.reward).toBeUndefined();
    },
  );

  it('tolerates fields it does not know, at every level', () => {
    const text = '{"reward":1,"extra":1,"response":{"later":1,"meta":{"later":2,"routing":{"r":0}}}}';
    expect(read(text)).toMatchObject({ reward: 1, routing: { r: 0 } });
  });

  it('takes an empty puid for none, as protobuf does', () => {
    expect(read('{"response":{"meta":{"puid":""}}}').puid).toBeUndefined();
  });

  it('keeps prototypes out of it', () => {
    const text = '{"__proto__":{"reward":1},"response":{"meta":{"routing":{"__proto__":1,"r":0}}}}';
    const feedback = read(text);
    expect(feedback.reward).toBeUndefined();
    expect(Object.entries(feedback.routing!)).toEqual([['r', 0]]);
    expect(({} as { reward?: number }).reward).toBeUndefined();
  });

  it.each([
    ['{"reward":"1e999"}', 'reward must be a finite number, got "1e999"'],
    ['{"reward":1e999}', 'reward must be a finite number, got Infinity'],
    ['{"reward":null}', 'reward must be a finite number, got null'],
    ['{"reward":"0.5"}', 'reward must be a finite number, got "0.5"'],
    ['{"reward":true}', 'reward must be a finite number, got true'],
    ['{"reward":[1]}', 'reward must be a finite number, got [1]'],
    ['{"request":"x"}', 'request must be an object, got "x"'],
    ['{"response":[]}', 'response must be an object, got []'],
    ['{"response":{"meta":1}}', 'response.meta must be an object, got 1'],
    ['{"response":{"meta":{"puid":7}}}', 'response.meta.puid must be a string, got 7'],
    ['{"response":{"meta":{"routing":[1]}}}', 'response.meta.routing must be an object, got [1]'],
    ['{"response":{"meta":{"routing":{"r":1.5}}}}', 'response.meta.routing.r must be an integer, got 1.5'],
    ['{"response":{"meta":{"routing":{"r":"1"}}}}', 'response.meta.routing.r must be an integer, got "1"'],
    ['[]', 'feedback must be an object, got []'],
    ['null', 'feedback must be an object, got null'],
  ])('refuses %s', (text, message) => {
    expect(() => read(text)).toThrow(InvalidFeedbackError);
    expect(() => read(text)).toThrow(message);
  });

  it.each(['', '{"reward":NaN}', 'text'])('refuses "%s", which is not JSON', (text) => {
    expect(() => read(text)).toThrow(MalformedBodyError);
  });
});

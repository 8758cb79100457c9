import { expect, it } from '@jest/globals';
import { Call } from '#graph';
import { InvalidRouteValueError, Message } from '#protocol';
import { takeRoute } from './take-route.js';

const bytes = (text: string) => Message.ofBytes(Buffer.from(text));
const stating = (propensity: string) =>
  bytes(`{"data":{"ndarray":[[1]]},"meta":{"tags":{"switchyard.propensity":${propensity}}}}`);

function taken(answer: Message, request = '{"data":{"ndarray":[[5]]}}') {
  const call = new Call('p-1');
  return { route: takeRoute('r', bytes(request), answer, call), stated: call.statedPropensities.get('r') };
}

it('takes the route, and what the answer says of its propensity as it stands', () => {
  expect(taken(stating('0.75'))).toEqual({ route: 1, stated: 0.75 });
  expect(taken(stating('"often"'))).toEqual({ route: 1, stated: 'often' });
});

it.each([
  '{"data":{"ndarray":[[1]]}}',
  '{"data":{"ndarray":[[1]]},"meta":null}',
  '{"data":{"ndarray":[[1]]},"meta":{"tags":{"other":1}}}',
  '[1]',
])('takes only the route of %s', (answer) => {
  expect(taken(bytes(answer))).toEqual({ route: 1, stated: undefined });
});

it('believes no tag that the request had already, for wrappers copy it', () => {
  for (const tag of ['switchyard.propensity', 'switchyard\\u002epropensity']) {
    const request = `{"data":{"ndarray":[[5]]},"meta":{"tags":{"${tag}":1}}}`;
    expect(taken(stating('1'), request)).toEqual({ route: 1, stated: undefined });
  }
  expect(taken(stating('1'), '{"strData":"\\u00e9"}')).toEqual({ route: 1, stated: 1 });
});

it('refuses an answer without a route', () => {
  expect(() => taken(bytes('{}'))).toThrow(InvalidRouteValueError);
});

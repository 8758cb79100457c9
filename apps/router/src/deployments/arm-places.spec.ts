import { describe, expect, it } from '@jest/globals';
import { ArmPlaces } from './arm-places.js';

const children = (text: string) => [...text].map((name) => ({ name }));
const shown = (places: ReturnType<ArmPlaces['with']>) => places.map((one) => [...one.keys()].join(''));

describe('ArmPlaces', () => {
  it('keeps where arms stood, the newest first, each graph once', () => {
    const places = new ArmPlaces();
    places.with('e', children('ab'));
    places.with('e', children('cab'));
    expect(shown(places.with('e', children('ab')))).toEqual(['ab', 'cab']);
    expect(shown(places.with('other', children('x')))).toEqual(['x']);
  });

  it('keeps the last sixteen', () => {
    const places = new ArmPlaces();
    const letters = [...'abcdefghijklmnopqrst'];
    for (const letter of letters) places.with('e', children(letter));
    expect(shown(places.with('e', children('z')))).toEqual(['z', ...letters.reverse().slice(0, 15)]);
  });
});

import { expect, it } from '@jest/globals';
import { experimentId, experimentName } from './experiment-id.js';

const place = { namespace: 'default', deployment: 'penguins', predictor: 'main', node: 'router' };

it('is the UUIDv5 of the place', () => {
  // Python: uuid.uuid5(UUID('7c0e4f4e-6f0b-5d0e-9a57-3d1f5b0c2a91'), 'default/penguins/main/router')
  expect(experimentId(place)).toBe('5f2c4bb7-c238-53ed-bdc1-fba7c2d4bebe');
});

it('tells places apart that share a name', () => {
  const other = {
    ...place,
    namespace: 'default.penguins',
    deployment: 'main',
    predictor: 'router',
    node: '',
  };
  const same = { ...place, node: 'router.' };
  expect(experimentName(other)).toBe(experimentName(same));
  expect(experimentId(other)).not.toBe(experimentId(same));
});

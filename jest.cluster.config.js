import config from './jest.config.js';

const e2e = config.projects.find(({ displayName }) => displayName === 'e2e');

/**
 * Tests against a real cluster, run by `npm run test:cluster`, one file after the other.
 * @type {import('jest').Config}
 */
export default {
  ...config,
  testTimeout: 300_000,
  projects: [
    {
      ...e2e,
      displayName: 'cluster',
      testMatch: ['<rootDir>/test/cluster/*.cluster-spec.ts'],
      globalSetup: '<rootDir>/test/cluster/global-setup.js',
      globalTeardown: '<rootDir>/test/cluster/global-teardown.js',
    },
  ],
};

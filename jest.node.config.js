import cluster from './jest.cluster.config.js';

/**
 * The first day on a real node, run by hand: `npm run test:cluster:node`.
 * @type {import('jest').Config}
 */
export default {
  ...cluster,
  testTimeout: 1_800_000,
  projects: cluster.projects.map(({ globalSetup: _, globalTeardown: __, ...project }) => ({
    ...project,
    displayName: 'node',
    testMatch: ['<rootDir>/test/node/*.node-spec.ts'],
    setupFilesAfterEnv: [],
  })),
};

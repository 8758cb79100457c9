import stopServices from '../global-teardown.js';

/** Stops what `global-setup.js` started. */
export default async function globalTeardown() {
  const { cluster, control } = globalThis.testCluster ?? {};
  control?.close();
  await cluster?.stop();
  await stopServices();
}

import { describe, expect, it } from '@jest/globals';
import { InvalidVariableError, loadConfig } from './config.js';

const COMPLETE = {
  DATABASE_URL: 'postgres://localhost/switchyard',
  REDIS_URL: 'redis://localhost',
  SWITCHYARD_RECEIPT_KEY: '00'.repeat(32),
  SWITCHYARD_DEPLOYMENT: 'examples/penguins/deployment.yaml',
};

describe('loadConfig', () => {
  it('reads the deployment with the components beside it', async () => {
    const config = await loadConfig(COMPLETE);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      grpcPort: 5001,
      receiptKey: Buffer.alloc(32),
    });
    expect(config.deployments[0]!.deployment.name).toBe('penguins');
    expect([...config.deployments[0]!.components.keys()]).toEqual(['transformer']);
  });

  it('follows the files only where it is told to', async () => {
    const digest = expect.stringMatching(/^[0-9a-f]{16}$/);
    expect((await loadConfig(COMPLETE)).graph).toMatchObject({ digest, reload: false });
    const told = await loadConfig({ ...COMPLETE, SWITCHYARD_RELOAD: 'true' });
    expect(told.graph).toMatchObject({ digest, reload: true });
  });

  it('says which file of the graph cannot be read', async () => {
    const missing = loadConfig({ ...COMPLETE, SWITCHYARD_COMPONENTS: 'nowhere/components.yaml' });
    await expect(missing).rejects.toThrow(/nowhere\/components.yaml cannot be read: ENOENT/);
  });

  it('takes none of the stores as well as both', async () => {
    const { SWITCHYARD_DEPLOYMENT } = COMPLETE;
    const config = await loadConfig({ SWITCHYARD_DEPLOYMENT });
    expect(config.databaseUrl).toBeUndefined();
    expect(config.receiptKey).toHaveLength(32);
  });

  it.each([
    ['DATABASE_URL', ''],
    ['REDIS_URL', undefined],
    ['SWITCHYARD_RECEIPT_KEY', '00'],
    ['SWITCHYARD_RECEIPT_KEY', 'not hexadecimal, but long enough'],
    ['SWITCHYARD_DEPLOYMENT', undefined],
    ['SWITCHYARD_PORT', '65536'],
    ['SWITCHYARD_PORT', 'http'],
    ['SWITCHYARD_DRAIN_SECONDS', '-1'],
    ['SWITCHYARD_DRAIN_SECONDS', '1000'],
    ['SWITCHYARD_DRAIN_SECONDS', '2s'],
    ['SWITCHYARD_GRPC_PORT', '-1'],
    ['SWITCHYARD_RELOAD', 'maybe'],
  ])('refuses %s=%s', async (variable, value) => {
    const refused = loadConfig({ ...COMPLETE, [variable]: value });
    await expect(refused).rejects.toBeInstanceOf(InvalidVariableError);
    await expect(refused).rejects.toMatchObject({ variable });
  });
});

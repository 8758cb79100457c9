import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';

const URLS = { DATABASE_URL: 'postgres://localhost/x', REDIS_URL: 'redis://localhost' };

describe('loadConfig', () => {
  it('has defaults for all but the stores', () => {
    expect(loadConfig(URLS)).toEqual({
      host: '0.0.0.0',
      port: 8080,
      databaseUrl: URLS.DATABASE_URL,
      redisUrl: URLS.REDIS_URL,
    });
    expect(() => loadConfig({})).toThrow('DATABASE_URL must be set, got nothing');
  });

  it.each(['-1', '65536', '80a', '1e3', ' '])('refuses port %j', (port) => {
    expect(() => loadConfig({ ...URLS, SWITCHYARD_ADMIN_PORT: port })).toThrow(
      `SWITCHYARD_ADMIN_PORT must be a port from 0 to 65535, got ${port}`,
    );
  });

  it('takes 0 for a free port', () => {
    expect(loadConfig({ ...URLS, SWITCHYARD_ADMIN_PORT: '0' }).port).toBe(0);
  });
});

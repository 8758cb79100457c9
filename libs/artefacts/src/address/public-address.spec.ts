import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrivateAddressError } from '../errors.js';
import { fetchArtefact } from '../fetch-artefact.js';
import { isPublicAddress } from './public-address.js';

/** The ranges of IANA's special-purpose registries, their edges, and every way to write such an address. */
const PRIVATE_HOSTS = [
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0x7F.0x0.0x0.0x1',
  '017700000001',
  '0177.0.0.1',
  '0177.0.0.01',
  '%31%32%37.0.0.1',
  '１２７.０.０.１',
  '127。0。0。1',
  '127.0.0.1.',
  'localhost',
  'LOCALHOST',
  '0.0.0.0',
  '0',
  '0.1.2.3',
  '10.0.0.0',
  '10.255.255.255',
  '167772161',
  '012.0.0.1',
  '0xa.0.0.1',
  '100.64.0.1',
  '100.127.255.255',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0xA9.0xFE.0xA9.0xFE',
  '0251.0376.0251.0376',
  '169.254.43518',
  '169.16689662',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.0.170',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '192.168.255.255',
  '3232235521',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '4294967295',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:169.254.169.254]',
  '[::ffff:10.0.0.1]',
  '[::ffff:8.8.8.8]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b:1::1]',
  '[100::1]',
  '[2001::1]',
  '[2001:0:53aa:64c:0:0:80ff:fffe]',
  '[2001:db8::1]',
  '[2002:7f00:1::1]',
  '[2002:a9fe:a9fe::]',
  '[3fff::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[ff02::1]',
];

let cacheDir: string;
beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'artefacts-'));
});
afterAll(() => rm(cacheDir, { recursive: true }));

describe('an address that is not public', () => {
  it.each(PRIVATE_HOSTS)('is refused as http://%s', async (host) => {
    const start = fetchArtefact(`http://${host}:9/model`, { cacheDir, env: {} });
    await expect(start).rejects.toBeInstanceOf(PrivateAddressError);
    await expect(start).rejects.toMatchObject({ uri: `http://${host}:9/model`, field: 'host' });
  });

  it('is never connected to', async () => {
    let connections = 0;
    const server = createServer().on('connection', () => connections++);
    await new Promise<void>((listening) => server.listen(0, listening));
    const { port } = server.address() as { port: number };
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433']) {
      const start = fetchArtefact(`http://${host}:${port}/`, { cacheDir, env: {} });
      await expect(start).rejects.toBeInstanceOf(PrivateAddressError);
    }
    server.close();
    expect(connections).toBe(0);
  });
});

describe('isPublicAddress', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:4860:4860::8888',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
  ])('lets %s through', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(['', 'example.org', '1.2.3', '0x7f.1', '::g'])('is false of %j, which is no address', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});

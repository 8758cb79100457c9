import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { clusterAccess } from './cluster-access.js';

const folder = mkdtempSync(join(tmpdir(), 'switchyard-access-'));
afterAll(() => rmSync(folder, { recursive: true }));

function kubeconfig(user: object, cluster: object = {}, context = 'here'): string {
  const file = join(folder, 'config');
  const content = {
    'current-context': context,
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', namespace: 'models' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443/', ...cluster } }],
    users: [{ name: 'u', user }],
  };
  writeFileSync(file, stringify(content));
  return file;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

it('reads a token, and a certificate authority beside the file', async () => {
  writeFileSync(join(folder, 'ca.crt'), 'the authority');
  const file = kubeconfig({ token: 't' }, { 'certificate-authority': 'ca.crt', 'tls-server-name': 'api' });
  expect(await clusterAccess(file, undefined)).toEqual({
    ...{
      url: 'https://127.0.0.1:6443',
      ca: 'the authority',
      token: 't',
      serverName: 'api',
      namespace: 'models',
    },
  });
});

it("reads a client's certificate and key", async () => {
  const user = { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') };
  expect(await clusterAccess(kubeconfig(user), undefined)).toMatchObject({ cert: 'cert', key: 'key' });
});

it('reads a token of a file anew each time', async () => {
  const tokenFile = join(folder, 'token');
  for (const token of ['first', 'second']) {
    writeFileSync(tokenFile, `${token}\n`);
    expect(await clusterAccess(kubeconfig({ tokenFile }), undefined)).toMatchObject({ token });
  }
});

it('asks a program for credentials', async () => {
  const script = 'process.stdout.write(JSON.stringify({status:{token:process.env.GIVEN}}))';
  const exec = {
    command: process.execPath,
    args: ['-e', script],
    env: [{ name: 'GIVEN', value: 'from-plugin' }],
  };
  expect(await clusterAccess(kubeconfig({ exec }), undefined)).toMatchObject({ token: 'from-plugin' });
});

it.each([
  [() => kubeconfig({}, {}, 'nowhere'), 'there is no context "nowhere"'],
  [() => kubeconfig({}, { server: 'http://127.0.0.1' }), 'expected an https URL'],
  [() => join(folder, 'missing'), 'ENOENT'],
])('says what is wrong with the file', async (file, message) => {
  await expect(clusterAccess(file(), undefined)).rejects.toThrow(message);
});

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { OperatorMetrics } from '../metrics/operator-metrics.js';
import { type CertificateSet, renewed } from './certificates/certificate-set.js';
import { MountedCertificate } from './certificates/mounted-certificate.js';
import { WebhookServer } from './webhook-server.js';
import { Webhooks } from './webhooks.js';

const OPTIONS = { port: 0, host: '127.0.0.1', interval: 5, retry: 5 };

describe('Webhooks with a certificate that somebody else issues', () => {
  let folder: string;
  let webhooks: Webhooks;
  let url: string;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    folder = mkdtempSync(join(tmpdir(), 'switchyard-webhooks-'));
    const server = new WebhookServer({}, new OperatorMetrics());
    webhooks = new Webhooks(server, new MountedCertificate(folder), OPTIONS);
    url = await webhooks.start();
  });

  afterEach(async () => {
    await webhooks.stop();
    rmSync(folder, { recursive: true });
  });

  it('are not ready until it is there, and say why', async () => {
    await until(async () => /ENOENT.*tls/.test(webhooks.notReady() ?? ''));
    mount(await issued());
    await until(async () => webhooks.notReady() === null);
  });

  it('serve another one when it changes', async () => {
    for (const set of [await issued(), await issued()]) {
      mount(set);
      await until(() => isServed(set));
    }
  });

  it('go on with the one before while certificate and key do not belong together', async () => {
    const [first, second] = [await issued(), await issued()];
    mount(first);
    await until(() => isServed(first));
    writeFileSync(join(folder, 'tls.crt'), second.serving.cert);
    await sleep(50);
    expect([await isServed(first), webhooks.notReady()]).toEqual([true, null]);
    mount(second);
    await until(() => isServed(second));
  });

  function issued(): Promise<CertificateSet> {
    return renewed({ serving: {} }, ['127.0.0.1'], new Date());
  }

  function mount({ serving }: CertificateSet): void {
    writeFileSync(join(folder, 'tls.crt'), serving.cert);
    writeFileSync(join(folder, 'tls.key'), serving.key);
  }

  async function isServed({ bundle: ca }: CertificateSet): Promise<boolean> {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), ca });
    try {
      await once(socket, 'secureConnect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(5);
}

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import type { CliProcess } from '../cli-process.js';
import { documentedRules } from '../documented-rights.js';
import { missing, TestNamespace } from './test-cluster.js';

const suite = missing === null ? describe : describe.skip;

suite(`the operator's account${missing === null ? '' : `: ${missing}`}`, () => {
  let space: TestNamespace;
  let operator: CliProcess;

  beforeAll(async () => {
    space = await TestNamespace.create();
    const stores = await TestNamespace.storeUrls();
    await space.apply(configuration());
    const kubeconfig = await kubeconfigOf('operator');
    const args = ['--webhooks', webhooks(), '--webhook-host', 'localhost', '--webhook-port', '0'];
    operator = await space.operator({ stores, kubeconfig, args });
  });

  afterAll(async () => {
    await space?.kubectl(['delete', 'clusterrole,clusterrolebinding', space.name]);
    await space?.kubectl(['delete', 'validatingwebhookconfiguration', webhooks()]);
    await space?.remove();
  });

  it('needs the rights that the docs list, in its namespace alone, for the whole life of a deployment', async () => {
    await space.apply(readFileSync('libs/kubernetes/src/golden/autoscaled/deployment.yaml', 'utf8'));
    const [name] = (await space.names('sdep')) as [string];
    await space.hasState(name, 'Available');
    await space.toldOf(name, /Available: /);
    await space.eventually(
      () => space.get('validatingwebhookconfiguration', webhooks()),
      (found) => found.webhooks[0].clientConfig.caBundle !== undefined,
    );
    await space.kubectl(['delete', 'service', '--all']);
    await space.toldOf(name, /Restored: Service/);
    await space.kubectl(['delete', 'sdep', name]);
    await space.eventually(
      () => space.names('deployments,services,secrets'),
      (names) => names.every((one) => one.startsWith('operator')),
    );
    expect((await operator.kill('SIGTERM')).stderr).not.toMatch(/forbidden/);
  });

  /** Of no other test: configurations are the cluster's. */
  const webhooks = () => `operator-${space.name}`;

  /** Asks about nothing. */
  function configuration() {
    const webhook = {
      ...{ name: 'none.switchyard.io', clientConfig: { url: 'https://127.0.0.1:1/validate' } },
      ...{ sideEffects: 'None', admissionReviewVersions: ['v1'], failurePolicy: 'Ignore', rules: [] },
    };
    const metadata = { name: webhooks() };
    const apiVersion = 'admissionregistration.k8s.io/v1';
    return { apiVersion, kind: 'ValidatingWebhookConfiguration', metadata, webhooks: [webhook] };
  }

  /** What no Role can give. */
  async function clusterWide(subjects: readonly object[]): Promise<void> {
    const api = 'rbac.authorization.k8s.io/v1';
    const metadata = { name: space.name };
    const rules = documentedRules(webhooks()).filter(({ apiGroups }) => /^admission/.test(apiGroups[0]!));
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: space.name };
    await space.apply({ apiVersion: api, kind: 'ClusterRole', metadata, rules });
    await space.apply({ apiVersion: api, kind: 'ClusterRoleBinding', metadata, subjects, roleRef });
  }

  async function kubeconfigOf(account: string): Promise<string> {
    const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account };
    const metadata = { name: account };
    const api = 'rbac.authorization.k8s.io/v1';
    await space.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    await space.apply({ apiVersion: api, kind: 'Role', metadata, rules: documentedRules(webhooks()) });
    const subjects = [{ kind: 'ServiceAccount', name: account, namespace: space.name }];
    await space.apply({ apiVersion: api, kind: 'RoleBinding', metadata, subjects, roleRef: role });
    await clusterWide(subjects);
    const token = (await space.kubectl(['create', 'token', account])).trim();
    const view = await space.kubectl(['config', 'view', '--raw', '--minify', '-o', 'json']);
    const { clusters, contexts } = JSON.parse(view);
    const [context] = contexts;
    const users = [{ name: account, user: { token } }];
    context.context.user = account;
    return space.file(
      'kubeconfig',
      stringify({ clusters, contexts, users, 'current-context': context.name }),
    );
  }
});

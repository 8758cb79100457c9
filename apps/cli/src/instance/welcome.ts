import { resolve } from 'node:path';
import type { Deployment } from '#graph';
import { COLUMNS } from '../demo/penguins.js';
import type { InstanceSettings } from './settings.js';
import type { Instance } from './start-instance.js';

const JSON_HEADER = "-H 'content-type: application/json'";
const EXAMPLE_PUID = 'my-first-request';

/** What `up` prints once everything serves: where things are and lines to paste. */
export function welcome(instance: Instance, settings: InstanceSettings): string {
  const { url, grpcPort, adminUrl, newKey, deployments, experiments } = instance;
  const [first] = deployments;
  const api = `${url}/seldon/${first!.deployment.namespace}/${first!.deployment.name}/api/v1.0`;
  const key = newKey ?? settings.adminKey;
  return [
    '',
    'Switchyard is running. Ctrl-C stops it.',
    '',
    ...deployments.map(
      ({ deployment: d }) => `  predictions  ${url}/seldon/${d.namespace}/${d.name}/api/v1.0/predictions`,
    ),
    `  feedback     ${api}/feedback`,
    `  gRPC         ${settings.host}:${grpcPort} (seldon.protos.Seldon, with reflection)`,
    `  admin        ${adminUrl}/admin/v1/experiments`,
    `  admin docs   ${adminUrl}/admin/docs`,
    `  metrics      ${url}/metrics`,
    `  data         ${resolve(settings.dataDir)}`,
    '',
    ...adminKeyLines(newKey, settings.adminKey),
    '',
    'Ask for a prediction (the headers hold the decision, the arm and the receipt):',
    `  curl -i ${api}/predictions ${JSON_HEADER} -H 'seldon-puid: ${EXAMPLE_PUID}' -d '${exampleBody(first!.deployment)}'`,
    '',
    'Reward it:',
    `  curl -i ${api}/feedback ${JSON_HEADER} -d '{"decision":"${EXAMPLE_PUID}","value":1}'`,
    '',
    'See what has been learnt:',
    `  curl ${adminUrl}/admin/v1/experiments${pathOf(experiments[0]?.name)} -H 'authorization: Bearer ${shownKey(newKey, key)}'`,
    '',
    'Next:',
    ...nextSteps(instance, settings),
    '',
  ].join('\n');
}

function adminKeyLines(newKey: string | null, given: string | undefined): string[] {
  if (newKey) return [`  admin key    ${newKey}   (shown once: keep it)`];
  if (given) return ['  admin key    the one in SWITCHYARD_ADMIN_KEY'];
  return [
    '  admin key    the one that the first start printed; SWITCHYARD_ADMIN_KEY=... at the next start sets another',
  ];
}

function shownKey(newKey: string | null, key: string | undefined): string {
  if (newKey) return newKey;
  return key ? '\'"$SWITCHYARD_ADMIN_KEY"\'' : '<admin key>';
}

function pathOf(experiment: string | undefined): string {
  return experiment ? `/${experiment}` : '';
}

function exampleBody({ name }: Deployment): string {
  if (name !== 'penguins') return '{"data":{"ndarray":[[1,2,3]]}}';
  return JSON.stringify({ data: { names: COLUMNS, ndarray: [['Biscoe', 'male', 45.2, 14.8, 212, 5200]] } });
}

function nextSteps({ url, deployments }: Instance, { port, dataDir }: InstanceSettings): string[] {
  const elsewhere = port === 8000 ? '' : ` -- --url ${url}`;
  const dir = dataDir === '.switchyard' ? '' : ` --data-dir ${dataDir}`;
  const hasPenguins = deployments.some(({ deployment }) => deployment.name === 'penguins');
  return [
    ...(hasPenguins
      ? [`  npm run demo${elsewhere}   sends real traffic and shows the better model winning`]
      : []),
    `  npx switchyard verify${dir}   rebuilds all evidence from the ledger and compares`,
    '  README.md and docs/ say the rest',
  ];
}

import { readFileSync } from 'node:fs';

/** Of a Role. */
export interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
  readonly resourceNames?: string[];
}

/** The table of docs/kubernetes.md, as the rules of a Role. `webhooks`: the name after `--webhooks`. */
export function documentedRules(webhooks: string): Rule[] {
  const [, section] = readFileSync('docs/kubernetes.md', 'utf8').split('| API group');
  const [table] = section!.split('\n\n') as [string];
  const rows = table.split('\n').slice(2);
  return rows.map((row) => {
    const [, group, resources, verbs] = row.split('|').map((cell) => cell.trim()) as [
      string,
      string,
      string,
      string,
    ];
    const quoted = [...resources.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    const named = / named `/.test(resources) ? quoted.splice(-1) : null;
    return {
      apiGroups: [group.replaceAll('`', '')],
      resources: quoted,
      verbs: verbs.split(', '),
      ...(named && { resourceNames: named.map((name) => name.replace('<webhooks>', webhooks)) }),
    };
  });
}

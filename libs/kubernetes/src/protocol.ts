import type { Manifest } from '#graph';

/** What the deployment speaks; `kfserving` is the older name of `v2`. */
export type Protocol = 'seldon' | 'tensorflow' | 'v2';

export function protocolOf({ written }: Manifest): Protocol {
  const { protocol } = written.spec;
  return protocol === 'kfserving' ? 'v2' : (protocol ?? 'seldon');
}

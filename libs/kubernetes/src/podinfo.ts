const NAME = 'seldon-podinfo';

/** The pod's annotations as a file, where Seldon's components look for them. */
export const PODINFO_VOLUME = {
  name: NAME,
  downwardAPI: { items: [{ path: 'annotations', fieldRef: { fieldPath: 'metadata.annotations' } }] },
};

export const PODINFO_MOUNT = { name: NAME, mountPath: '/etc/podinfo' };

import type { Plan } from './plan.js';

/** A writable folder for containers whose root file system is not. */
export const SCRATCH_VOLUME = { name: 'switchyard-scratch', emptyDir: {} };

/** What every container of Switchyard's own image has: only what it needs, as the restricted Pod Security Standard asks. */
export function ownContainer({ options }: Plan) {
  return {
    image: options.engine.image,
    imagePullPolicy: options.engine.imagePullPolicy,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: options.runAsUser,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

export const SCRATCH_MOUNT = { name: SCRATCH_VOLUME.name, mountPath: '/tmp' };
export const SCRATCH_VARIABLES = [{ name: 'SWITCHYARD_ARTEFACT_CACHE', value: '/tmp/artefacts' }];

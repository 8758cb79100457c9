import { describe, expect, it } from '@jest/globals';
import { type PodStatus, troubleOf } from './trouble.js';

const LOGS = '-n models deployment/iris';
const ENDED = { terminated: { reason: 'Error', exitCode: 3 } };

describe('troubleOf', () => {
  it.each<[string, PodStatus]>([
    ['runs', of({ ready: true, state: { running: {} } })],
    ['is being made', of({ state: { waiting: { reason: 'ContainerCreating' } } })],
    ['runs again after it ended once', of({ restartCount: 1, state: { running: {} }, lastState: ENDED })],
    [
      'answers after it ended several times',
      of({ ready: true, restartCount: 5, state: { running: {} }, lastState: ENDED }),
    ],
    ['has not been looked at', {}],
  ])('is none of a pod whose container %s', (_what, status) => {
    expect(troubleOf(status, LOGS)).toBeNull();
  });

  it('stays the same while an image is pulled in vain', () => {
    const why = 'failed to pull: not found';
    const pulling = troubleOf(of({ state: { waiting: { reason: 'ErrImagePull', message: why } } }), LOGS);
    const message = `Back-off pulling image "iris:1": ErrImagePull: ${why}`;
    expect(troubleOf(of({ state: { waiting: { reason: 'ImagePullBackOff', message } } }), LOGS)).toEqual(
      pulling,
    );
    expect(pulling).toEqual({
      reason: 'ImagePullBackOff',
      text: `container model: ImagePullBackOff of iris:1 (${why}): check the image's name, and imagePullSecrets for its registry`,
    });
  });

  it('stays the same while a container ends and starts again', () => {
    const waiting = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } };
    const backingOff = troubleOf(of({ restartCount: 2, state: waiting, lastState: ENDED }), LOGS);
    expect(troubleOf(of({ restartCount: 3, state: { running: {} }, lastState: ENDED }), LOGS)).toEqual(
      backingOff,
    );
    expect(troubleOf(of({ restartCount: 3, state: ENDED }), LOGS)).toEqual(backingOff);
    expect(backingOff).toEqual({
      reason: 'CrashLoopBackOff',
      text: 'container model: ends again and again (Error, exit code 3): kubectl logs -n models deployment/iris -c model --previous says why',
    });
  });

  it('is of an init container that fails, before what waits for it', () => {
    const init = [{ name: 'fetch', state: ENDED, restartCount: 0 }];
    const status = {
      ...of({ state: { waiting: { reason: 'PodInitializing' } } }),
      initContainerStatuses: init,
    };
    expect(troubleOf(status, LOGS)).toMatchObject({
      text: expect.stringMatching(/^init container fetch: ends/),
    });
  });

  it('names what a container lacks', () => {
    const waiting = { reason: 'CreateContainerConfigError', message: 'secret "s3" not found' };
    expect(troubleOf(of({ state: { waiting } }), LOGS)?.text).toBe(
      'container model: CreateContainerConfigError (secret "s3" not found): check that the Secrets, ConfigMaps and claims which it names are in the namespace',
    );
  });

  it('shortens what a node says', () => {
    const message = 'x'.repeat(5000);
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    expect(troubleOf({ conditions }, LOGS)?.text.length).toBeLessThan(600);
  });
});

function of(container: object): PodStatus {
  return { containerStatuses: [{ name: 'model', image: 'iris:1', ...container }] };
}

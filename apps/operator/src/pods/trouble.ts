/** Why a pod does not come up, or does not stay up. */
export interface Trouble {
  /** For programs: `ImagePullBackOff`. */
  readonly reason: string;
  /** With what to do about it; the same for as long as the trouble is the same. */
  readonly text: string;
}

export interface PodStatus {
  readonly phase?: string;
  readonly podIP?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: State;
  readonly lastState?: State;
}

interface State {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: { readonly reason?: string; readonly exitCode?: number };
}

const LONGEST = 400;
/** One that starts for the third time without ever having answered does not come up by itself. */
const SEVERAL_RESTARTS = 2;

const IMAGE = "check the image's name, and imagePullSecrets for its registry";
const NAMED = 'check that the Secrets, ConfigMaps and claims which it names are in the namespace';
/** What to do, by the reason for which a container waits. */
const ADVICE: Readonly<Record<string, string>> = {
  ImagePullBackOff: IMAGE,
  ErrImageNeverPull: 'load the image into the node, or allow it to be pulled',
  InvalidImageName: 'write the image as registry/name:tag',
  CreateContainerConfigError: NAMED,
  CreateContainerError: NAMED,
};

/** The first trouble of a pod; null where there is none. `logs`: what the pod's logs are found by. */
export function troubleOf(status: PodStatus, logs: string): Trouble | null {
  const containers = [
    ...(status.initContainerStatuses ?? []).map((one) => [`init container ${one.name}`, one] as const),
    ...(status.containerStatuses ?? []).map((one) => [`container ${one.name}`, one] as const),
  ];
  for (const [what, container] of containers) {
    const trouble = waitingTrouble(what, container) ?? endingTrouble(what, container, logs);
    if (trouble !== null) return trouble;
  }
  return unscheduled(status);
}

function waitingTrouble(what: string, { state, image }: ContainerStatus): Trouble | null {
  const { reason: given = '', message = '' } = state?.waiting ?? {};
  // The two take turns.
  const reason = given === 'ErrImagePull' ? 'ImagePullBackOff' : given;
  const advice = ADVICE[reason];
  if (advice === undefined) return null;
  const said = message.replace(/^Back-off pulling image "[^"]*"(: ErrImagePull: )?/, '');
  const of = reason === 'ImagePullBackOff' ? ` of ${image}` : '';
  return { reason, text: `${what}: ${reason}${of}${said && ` (${shortened(said)})`}: ${advice}` };
}

/** A container that ends again and again runs between two ends: it has its trouble all the while. */
function endingTrouble(what: string, container: ContainerStatus, logs: string): Trouble | null {
  const { state = {}, lastState = {}, ready, restartCount = 0, name } = container;
  const isInit = what.startsWith('init');
  const end = (state.terminated?.exitCode ? state : lastState).terminated;
  const isBackingOff = state.waiting?.reason === 'CrashLoopBackOff';
  const hasFailed = isInit && Boolean(state.terminated?.exitCode);
  const isRestarting = !ready && restartCount >= SEVERAL_RESTARTS && end !== undefined;
  if (!isBackingOff && !hasFailed && !isRestarting) return null;
  const how = end ? ` (${end.reason ?? 'Error'}, exit code ${end.exitCode ?? 'unknown'})` : '';
  const advice = `kubectl logs ${logs} -c ${name} --previous says why`;
  return { reason: 'CrashLoopBackOff', text: `${what}: ends again and again${how}: ${advice}` };
}

function unscheduled({ conditions = [] }: PodStatus): Trouble | null {
  const found = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (found?.reason !== 'Unschedulable') return null;
  const advice = 'make room, or lower the requests; check nodeSelector, affinity, tolerations and claims';
  return { reason: 'Unschedulable', text: `no node takes it (${shortened(found.message ?? '')}): ${advice}` };
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}

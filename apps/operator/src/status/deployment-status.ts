/** The status of a SeldonDeployment, under Seldon's names. */
export interface DeploymentStatus {
  readonly state: State;
  /** Why it is not available, in words; absent where it is. */
  readonly description?: string;
  readonly observedGeneration?: number;
  /** Replicas of the first Deployment that are ready. */
  readonly replicas?: number;
  readonly address?: { readonly url: string };
  readonly deploymentStatus?: Readonly<Record<string, WorkloadStatus>>;
  readonly serviceStatus?: Readonly<Record<string, object>>;
  readonly experiments?: readonly ExperimentStatus[];
  readonly conditions?: readonly Condition[];
}

export type State = 'Available' | 'Creating' | 'Failed';

export interface WorkloadStatus {
  readonly replicas: number;
  readonly availableReplicas: number;
  readonly description?: string;
}

/** What an experiment does at present; the manifest has what it is to start with. */
export interface ExperimentStatus {
  readonly name: string;
  readonly revision: number;
  readonly policy: string;
  /** By arm; absent for one that is off, and where the node's own component chooses. */
  readonly probabilities: Readonly<Record<string, number>>;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

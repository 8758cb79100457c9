/** What a pipeline does, in the words of kfp's `dsl`. */
export interface Pipeline {
  /** For people; the Workflow's names are made of it. */
  readonly name: string;
  readonly description?: string | undefined;
  /** In the order in which Kubeflow asks for them. */
  readonly parameters?: readonly PipelineParameter[];
  /** A step may refer to those before it. */
  readonly steps: readonly PipelineStep[];
}

export interface PipelineParameter {
  /** Letters, digits, `-` and `_`. */
  readonly name: string;
  /** Default: String. */
  readonly type?: 'String' | 'Integer' | 'Float' | 'Boolean' | 'JsonArray' | 'JsonObject';
  /** Without it, every run must give one. */
  readonly default?: string | undefined;
}

/**
 * Its texts may hold `{{inputs.parameters.NAME}}`, where NAME is a parameter of the pipeline or `STEP-OUTPUT` of an
 * earlier step, on which it then depends.
 */
export type PipelineStep = ResourceStep | ContainerStep;

interface Step {
  readonly name: string;
  /** Names of earlier steps that must have ended. */
  readonly after?: readonly string[];
}

export type ResourceAction = 'create' | 'apply' | 'delete' | 'patch' | 'replace' | 'get';

/** Does something with a Kubernetes object (`dsl.ResourceOp`). Its outputs are `name`, `manifest` and those given. */
export interface ResourceStep extends Step {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Default: create. */
  readonly action?: ResourceAction;
  /** `status.state == Available`: the step waits for it. */
  readonly successCondition?: string | undefined;
  readonly failureCondition?: string | undefined;
  /** Name to JSON path: `{ url: '{.status.address.url}' }`. */
  readonly attributeOutputs?: Readonly<Record<string, string>>;
  /** Only with the action apply. */
  readonly mergeStrategy?: string | undefined;
  readonly setOwnerReference?: boolean;
  /** Of kubectl; a delete has `--wait=false` by default. */
  readonly flags?: readonly string[];
}

/** Runs a container (`dsl.ContainerOp`). */
export interface ContainerStep extends Step {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** Name to the file that the container writes it to. */
  readonly fileOutputs?: Readonly<Record<string, string>>;
}

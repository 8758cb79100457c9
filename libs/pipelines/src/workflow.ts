/** An Argo Workflow as kfp 1.8's compiler writes it. Absent fields are undefined. */
export interface Workflow {
  readonly apiVersion: 'argoproj.io/v1alpha1';
  readonly kind: 'Workflow';
  readonly metadata: {
    readonly generateName: string;
    readonly annotations: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly entrypoint: string;
    readonly templates: readonly Template[];
    readonly arguments: { readonly parameters: readonly Argument[] };
    readonly serviceAccountName: string;
  };
}

export interface Argument {
  readonly name: string;
  readonly value?: string | undefined;
}

export interface Template {
  readonly name: string;
  readonly inputs?: Inputs | undefined;
  readonly outputs?: Outputs | undefined;
  readonly metadata?: { readonly labels: Readonly<Record<string, string>> };
  readonly resource?: Resource;
  readonly container?: Container;
  readonly dag?: { readonly tasks: readonly Task[] };
}

export interface Inputs {
  readonly parameters: readonly { readonly name: string }[];
}

interface Outputs {
  readonly parameters: readonly {
    readonly name: string;
    readonly valueFrom: { readonly jsonPath: string } | { readonly path: string };
  }[];
  readonly artifacts?: readonly { readonly name: string; readonly path: string }[];
}

interface Resource {
  readonly action: string;
  /** YAML. */
  readonly manifest: string;
  readonly mergeStrategy?: string | undefined;
  readonly successCondition?: string | undefined;
  readonly failureCondition?: string | undefined;
  readonly setOwnerReference?: boolean | undefined;
  readonly flags?: readonly string[] | undefined;
}

interface Container {
  readonly image: string;
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
}

export interface Task {
  readonly name: string;
  readonly template: string;
  readonly dependencies?: readonly string[] | undefined;
  readonly arguments?: { readonly parameters: readonly Argument[] } | undefined;
}

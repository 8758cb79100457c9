import { z } from 'zod';

/** YAML may give `3` or `true` where Argo takes a text. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const parameter = z.object({ name: z.string(), value: text.nullish(), default: text.nullish() });
const parameters = z.object({ parameters: z.array(parameter).nullish() });

const task = z.object({
  name: z.string().nullish(),
  /** Absent where it is defined in place or elsewhere. */
  template: z.string().nullish(),
  arguments: parameters.nullish(),
});

const template = z.object({
  name: z.string(),
  inputs: parameters.nullish(),
  resource: z.object({ action: z.string(), manifest: z.string().nullish() }).nullish(),
  dag: z.object({ tasks: z.array(task) }).nullish(),
  steps: z.array(z.array(task)).nullish(),
});

/** The fields of an Argo Workflow that lead to the objects which it creates. */
export const workflowSchema = z.object({
  kind: z.literal('Workflow'),
  metadata: z.object({
    name: z.string().nullish(),
    generateName: z.string().nullish(),
    namespace: z.string().nullish(),
  }),
  spec: z.object({
    entrypoint: z.string(),
    serviceAccountName: z.string().nullish(),
    arguments: parameters.nullish(),
    templates: z.array(template),
  }),
});

export type ReadWorkflow = z.infer<typeof workflowSchema>;
export type ReadTemplate = z.infer<typeof template>;
export type ReadTask = z.infer<typeof task>;
export type ReadParameters = z.infer<typeof parameters> | null | undefined;

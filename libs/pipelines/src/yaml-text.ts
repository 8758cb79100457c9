import { stringify } from 'yaml';
import type { Workflow } from './workflow.js';

/** The rules of YAML 1.1, by which Kubernetes reads: `yes` and `017` are quoted. */
const RULES = { version: '1.1', indentSeq: false, singleQuote: true, aliasDuplicateObjects: false } as const;

/** As kfp writes a manifest: keys in alphabetical order. */
export function manifestYaml(manifest: Readonly<Record<string, unknown>>): string {
  return stringify(manifest, { ...RULES, sortMapEntries: true, lineWidth: 80 });
}

export function workflowYaml(workflow: Workflow): string {
  return stringify(workflow, { ...RULES, lineWidth: 110 });
}

import {
  type Implementation,
  implementationNames,
  implementationOf,
  NO_IMPLEMENTATION,
} from './implementations.js';
import { ofParameter, type Report, shown } from './problems.js';
import type { PredictiveUnit } from './seldon-deployment.js';

export interface GraphContext {
  /** The names of the predictor's containers. */
  readonly containers: ReadonlySet<string>;
  /** Name to path of the nodes that have been checked. */
  readonly paths: Map<string, string>;
  readonly report: Report;
}

/** Checks a node and all below it. */
export function checkNode(unit: PredictiveUnit, path: string, context: GraphContext): void {
  const implementation = implementationOf(unit.implementation);
  for (const rule of rules) rule({ unit, implementation, path }, context);
  for (const [index, child] of (unit.children ?? []).entries()) {
    checkNode(child, `${path}.children[${index}]`, context);
  }
}

interface Subject {
  readonly unit: PredictiveUnit;
  readonly implementation: Implementation | null;
  readonly path: string;
}

type Rule = (subject: Subject, context: GraphContext) => void;

const rules: readonly Rule[] = [
  checkName,
  checkImplementation,
  checkType,
  checkContainer,
  checkModelUri,
  checkChildren,
  checkParameters,
];

function checkName({ unit, path }: Subject, { paths, report }: GraphContext): void {
  const first = paths.get(unit.name);
  if (first === undefined) paths.set(unit.name, path);
  else report(`${path}.name`, `duplicate node name ${shown(unit.name)}, which ${first} has already`);
}

function checkImplementation({ unit, implementation, path }: Subject, { report }: GraphContext): void {
  if (!isSet(unit.implementation) || implementation !== null) return;
  const expected = `expected one of ${implementationNames.join(', ')}, got ${shown(unit.implementation)}`;
  report(`${path}.implementation`, `No entry in predictors map for ${unit.implementation}: ${expected}`);
}

function checkType({ unit, implementation, path }: Subject, { report }: GraphContext): void {
  const { type, methods } = unit;
  if (!isSet(unit.implementation) && type === 'UNKNOWN_TYPE' && !methods?.length) {
    report(
      `${path}.methods`,
      'Predictive Unit has no implementation methods defined: give it a type or methods',
    );
  }
  if (implementation === null || implementation.server || !type || type === 'UNKNOWN_TYPE') return;
  if (type === implementation.type) return;
  report(`${path}.type`, `expected ${implementation.type} for ${unit.implementation}, or none, got ${type}`);
}

/** An address of its own stands in for a container, as in files for an engine without Kubernetes. */
function checkContainer({ unit, path }: Subject, { containers, report }: GraphContext): void {
  if (isSet(unit.implementation) || containers.has(unit.name) || unit.endpoint?.service_host) return;
  report(path, `Can't find container for Predictive Unit: no container is called ${shown(unit.name)}`);
}

function checkModelUri({ unit, implementation, path }: Subject, { report }: GraphContext): void {
  if (implementation?.server !== 'needs modelUri' || unit.modelUri) return;
  report(
    `${path}.modelUri`,
    `Predictive unit modelUri required when using standalone servers: ${unit.implementation}`,
  );
}

/** Experiments count their children by themselves. */
function checkChildren({ unit, implementation, path }: Subject, { report }: GraphContext): void {
  const type = implementation?.type ?? unit.type;
  if (type !== 'ROUTER' || implementation?.policy !== undefined || unit.children?.length) return;
  report(`${path}.children`, 'a ROUTER needs at least one child, got none');
}

function checkParameters({ unit, path }: Subject, { report }: GraphContext): void {
  const parameters = unit.parameters ?? [];
  parameters.forEach(({ name }, index) => {
    if (parameters.findIndex((other) => other.name === name) === index) return;
    report(`${path}.parameters[${index}].name`, `duplicate name ${ofParameter(unit.name, name)}`);
  });
}

function isSet(implementation: string | null | undefined): boolean {
  return Boolean(implementation) && implementation !== NO_IMPLEMENTATION;
}

import type { Component, GraphNode } from '#graph';
import { dialects, type ProtocolName } from '#protocol';
import type { Spoken } from '../component-map.js';
import type { Speech } from '../http/http-component.js';
import { modelOptionsOf } from '../model-options.js';
import { textParameter } from '../text-parameter.js';
import { BridgeComponent } from './bridge-component.js';

/** What a remote component is spoken to in. Seldon's protocol has no names of models. */
export function speechOf(node: GraphNode, { protocol, model }: Spoken, deployment: ProtocolName): Speech {
  const dialect = dialects[protocol ?? deployment];
  if (dialect === dialects.seldon) return { dialect };
  return { dialect, model: model ?? textParameter(node, 'model_name') };
}

/** Components in this process read and write Seldon's messages. */
export function inProcess(component: Component, node: GraphNode, deployment: ProtocolName): Component {
  return translated(component, node, 'seldon', deployment);
}

/** The component as it is where it speaks what its deployment does, which is the default. */
export function translated(
  component: Component,
  node: GraphNode,
  spoken: ProtocolName | undefined,
  deployment: ProtocolName,
): Component {
  if (spoken === undefined || spoken === deployment) return component;
  return new BridgeComponent(node.name, component, {
    graph: dialects[deployment],
    component: dialects[spoken],
    options: modelOptionsOf(node),
  });
}

const V2_SERVERS = 'any server of the Open Inference Protocol, such as MLServer or Triton';

/** A model server's own image does not run here, but the server itself may run anywhere. Empty for other nodes. */
export function serverHint({ implementation }: GraphNode): string {
  if (!implementation.endsWith('_SERVER')) return '';
  const [server, protocol] =
    implementation === 'TENSORFLOW_SERVER' ? ['TensorFlow Serving', 'tensorflow'] : [V2_SERVERS, 'v2'];
  return `; ${implementation} may be ${server}: "{url: http://host:port, protocol: ${protocol}, model: name}"`;
}

import { Component } from '#graph';
import { Message } from '#protocol';

const DATA = { names: ['class0', 'class1', 'class2'], tensor: { shape: [1, 3], values: [0.1, 0.9, 0.5] } };
const METRICS = [
  { key: 'mymetric_counter', type: 'COUNTER', value: 1 },
  { key: 'mymetric_gauge', type: 'GAUGE', value: 100 },
  { key: 'mymetric_timer', type: 'TIMER', value: 22.1 },
];

type Fields = Readonly<Record<string, unknown>>;

/** Answers the same to every request, with metrics of every type, for trying out a graph; strData and binData come back. */
export class SimpleModel extends Component {
  override async predict(message: Message): Promise<Message> {
    const request = fieldsOf(message.value);
    const { routing: _, ...meta } = fieldsOf(request.meta);
    return Message.ofValue({
      status: { status: 'SUCCESS' },
      meta: { ...meta, metrics: METRICS },
      ...payloadFor(request),
    });
  }
}

function payloadFor({ strData, binData }: Fields): Fields {
  if (binData !== undefined) return { binData };
  return strData === undefined ? { data: DATA } : { strData };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

import { describe, expect, it } from '@jest/globals';
import { MalformedAnswerError, MalformedBodyError } from '../errors.js';
import { Message } from '../message.js';
import { feedbackCodec, seldonMessageCodec, seldonMessageListCodec } from './seldon-codecs.js';

/** Bytes as Python's seldon_core 1.18.2 and protobuf 5.29 write the message named beside them. */
const RECORDED = {
  // SeldonMessage(data=DefaultData(names=["a","b"], tensor=Tensor(shape=[1,2], values=[1.5,-2])))
  tensor: '1a1e0a01610a016212160a0201021210000000000000f83f00000000000000c0',
  // json_format.ParseDict({"meta":{"puid":"p","tags":{"k":[1,"x",None,{"y":True}]},"routing":{"r":-1},
  //   "metrics":[{"key":"m","type":"TIMER","value":0.5}]},"data":{"ndarray":[["dog",0,0.25]]}}, SeldonMessage())
  ndarray:
    '12490a017012280a016b122332210a0911000000000000f03f0a031a01780a0208000a0b2a090a070a0179120220011a0e0a017210ffffffffffffffffff012a0a0a016d10021d0000003f1a231a210a1f321d0a051a03646f670a091100000000000000000a0911000000000000d03f',
  // Feedback(request=SeldonMessage(strData="x"), reward=0.7)
  feedback: '0a032a01781d3333333f',
};

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

describe('the Protobuf form of a message', () => {
  it('is read as the JSON that Seldon documents', () => {
    expect(seldonMessageCodec.decode(bytes(RECORDED.tensor))).toEqual({
      data: { names: ['a', 'b'], tensor: { shape: [1, 2], values: [1.5, -2] } },
    });
    expect(seldonMessageCodec.decode(bytes(RECORDED.ndarray))).toEqual({
      meta: {
        puid: 'p',
        tags: { k: [1, 'x', null, { y: true }] },
        routing: { r: -1 },
        metrics: [{ key: 'm', type: 'TIMER', value: 0.5 }],
      },
      data: { ndarray: [['dog', 0, 0.25]] },
    });
    expect(feedbackCodec.decode(bytes(RECORDED.feedback))).toEqual({
      request: { strData: 'x' },
      reward: 0.699999988079071,
    });
  });

  it.each(['tensor', 'ndarray'] as const)('is written byte for byte as Python writes it: %s', (name) => {
    const value = seldonMessageCodec.decode(bytes(RECORDED[name]));
    expect(seldonMessageCodec.encode(value).toString('hex')).toBe(RECORDED[name]);
  });

  it('leaves out what its type does not have', () => {
    const value = { data: { ndarray: [1] }, more: 1, meta: { other: {} } };
    expect(seldonMessageCodec.decode(seldonMessageCodec.encode(value))).toEqual({
      data: { ndarray: [1] },
      meta: {},
    });
  });

  it('passes through a message that nobody reads', () => {
    const packed = bytes(RECORDED.tensor);
    expect(Message.ofPacked(packed, seldonMessageCodec).packedBy(seldonMessageCodec)).toBe(packed);
  });

  it('becomes JSON bytes for those who read JSON, and back', () => {
    const message = Message.ofPacked(bytes(RECORDED.tensor), seldonMessageCodec);
    expect(message.bytes.toString()).toBe(
      '{"data":{"names":["a","b"],"tensor":{"shape":[1,2],"values":[1.5,-2]}}}',
    );
    const json = Message.ofBytes(message.bytes);
    expect(json.packedBy(seldonMessageCodec).toString('hex')).toBe(RECORDED.tensor);
  });

  it.each([
    ['a field of another type', { data: { tensor: { shape: [1], values: ['one'] } } }],
    ['two payloads at once', { strData: 'x', jsonData: 1 }],
    ['nesting beyond the limit of Protobuf', { data: { ndarray: nested(200) } }],
    ['no object', [1]],
  ])('refuses %s, and says whose fault it is', (_, value) => {
    expect(() => Message.ofValue(value).packedBy(seldonMessageCodec)).toThrow(MalformedBodyError);
    expect(() => Message.ofValue(value, 'model').packedBy(seldonMessageCodec)).toThrow(MalformedAnswerError);
  });

  it('refuses bytes that are no Protobuf', () => {
    const message = Message.ofPacked(Buffer.from('{"data":{}}'), seldonMessageCodec);
    expect(() => message.value).toThrow(MalformedBodyError);
  });

  it('holds the messages of a list in their order', () => {
    const value = { seldonMessages: [{ strData: 'a' }, { strData: 'b' }] };
    expect(seldonMessageListCodec.decode(seldonMessageListCodec.encode(value))).toEqual(value);
  });
});

function nested(depth: number): unknown[] {
  let list: unknown[] = [];
  for (let i = 0; i < depth; i++) list = [list];
  return list;
}

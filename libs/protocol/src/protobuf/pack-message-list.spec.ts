import { describe, expect, it } from '@jest/globals';
import { Message } from '../message.js';
import { packMessageList } from './pack-message-list.js';
import { seldonMessageCodec, seldonMessageListCodec } from './seldon-codecs.js';

describe('a packed list of messages', () => {
  it.each([[[]], [[0]], [[1, 125, 126]], [[16_381, 16_382, 0]], [[2_097_148, 2_097_149]]])(
    'is what the codec writes, for texts of the lengths %j',
    (lengths) => {
      const values = lengths.map((length) => (length === 0 ? {} : { strData: 'x'.repeat(length) }));
      const packed = packMessageList(values.map((value) => Message.ofValue(value)));
      expect(packed.equals(seldonMessageListCodec.encode({ seldonMessages: values }))).toBe(true);
    },
  );

  it('takes packed messages as they are', () => {
    const unreadable = Message.ofPacked(Buffer.from([0xff]), seldonMessageCodec);
    expect(packMessageList([unreadable]).toString('hex')).toBe('0a01ff');
  });
});

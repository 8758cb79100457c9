import { carry, productHigh } from './product.js';
import { writeUtf8 } from './utf8.js';

const { imul } = Math;

const BLOCK = 16;
const C1_HIGH = 0x87c37b91 | 0;
const C1_LOW = 0x114253d5;
const C2_HIGH = 0x4cf5ad43;
const C2_LOW = 0x2745937f;
/** Of the finalizer. */
const F1_HIGH = 0xff51afd7 | 0;
const F1_LOW = 0xed558ccd | 0;
const F2_HIGH = 0xc4ceb9fe | 0;
const F2_LOW = 0x1a85ec53;
const ADD_1 = 0x52dce729;
const ADD_2 = 0x38495ab5;

/** The words h1, h2 as signed 32-bit halves, high then low, and how much of the text is in them. */
export interface Mark {
  readonly state: Int32Array;
  length: number;
  absorbed: number;
}

export function newMark(): Mark {
  return { state: new Int32Array(4), length: 0, absorbed: 0 };
}

/**
 * MurmurHash3 x64_128 (Austin Appleby, public domain) of UTF-8 text, its low word. Texts with a common beginning share
 * the work for it: `save` a mark after it and `resume` there for each ending. A mark holds until something else is
 * appended before its place. Allocates nothing per hash.
 */
export class Murmur3 {
  /** After `finish`: the unsigned halves of the hash, high then low. */
  readonly digest: Uint32Array;
  /** Bytes appended, and how many of them are mixed into the state. */
  private length = 0;
  private absorbed = 0;
  private readonly h = new Int32Array(4);
  private readonly k = new Int32Array(4);
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);

  constructor() {
    this.digest = new Uint32Array(this.h.buffer, 0, 2);
  }

  begin(seed = 0): void {
    this.h[0] = 0;
    this.h[1] = seed;
    this.h[2] = 0;
    this.h[3] = seed;
    this.length = 0;
    this.absorbed = 0;
  }

  append(text: string): void {
    this.reserve(this.length + text.length * 3 + BLOCK);
    this.length = writeUtf8(text, this.bytes, this.length);
    if (this.length - this.absorbed >= BLOCK) this.absorb();
  }

  save(mark: Mark): void {
    for (let i = 0; i < 4; i++) mark.state[i] = this.h[i]!;
    mark.length = this.length;
    mark.absorbed = this.absorbed;
  }

  resume(mark: Mark): void {
    for (let i = 0; i < 4; i++) this.h[i] = mark.state[i]!;
    this.length = mark.length;
    this.absorbed = mark.absorbed;
  }

  finish(): void {
    // Zero bytes leave the state as it is, so the tail needs no case per length.
    for (let i = this.length; i < this.absorbed + BLOCK; i++) this.bytes[i] = 0;
    mixKeys(this.view, this.absorbed, this.k);
    finalize(this.h, this.k, this.length);
  }

  private reserve(size: number): void {
    if (size <= this.bytes.length) return;
    const larger = new Uint8Array(size * 2);
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** Mixes in the whole blocks. */
  private absorb(): void {
    const { h, k, view } = this;
    const last = this.length - BLOCK;
    let h1 = h[0]!;
    let l1 = h[1]!;
    let h2 = h[2]!;
    let l2 = h[3]!;
    let at = this.absorbed;
    for (; at <= last; at += BLOCK) {
      mixKeys(view, at, k);
      let high = h1 ^ k[0]!;
      let low = l1 ^ k[1]!;
      l1 = (((low << 27) | (high >>> 5)) + l2) | 0;
      h1 = (((high << 27) | (low >>> 5)) + h2 + carry(l1, l2)) | 0;
      low = (imul(l1, 5) + ADD_1) | 0;
      h1 = (productHigh(h1, l1, 0, 5) + carry(low, ADD_1)) | 0;
      l1 = low;
      high = h2 ^ k[2]!;
      low = l2 ^ k[3]!;
      l2 = (((low << 31) | (high >>> 1)) + l1) | 0;
      h2 = (((high << 31) | (low >>> 1)) + h1 + carry(l2, l1)) | 0;
      low = (imul(l2, 5) + ADD_2) | 0;
      h2 = (productHigh(h2, l2, 0, 5) + carry(low, ADD_2)) | 0;
      l2 = low;
    }
    h[0] = h1;
    h[1] = l1;
    h[2] = h2;
    h[3] = l2;
    this.absorbed = at;
  }
}

/** Reads the block at `at` into k1 and k2 and mixes each by itself. */
function mixKeys(view: DataView, at: number, k: Int32Array): void {
  let low = view.getInt32(at, true);
  let high = productHigh(view.getInt32(at + 4, true), low, C1_HIGH, C1_LOW);
  low = imul(low, C1_LOW);
  const low1 = (low << 31) | (high >>> 1);
  k[0] = productHigh((high << 31) | (low >>> 1), low1, C2_HIGH, C2_LOW);
  k[1] = imul(low1, C2_LOW);
  low = view.getInt32(at + 8, true);
  high = productHigh(view.getInt32(at + 12, true), low, C2_HIGH, C2_LOW);
  low = imul(low, C2_LOW);
  const low2 = (high << 1) | (low >>> 31);
  k[2] = productHigh((low << 1) | (high >>> 31), low2, C1_HIGH, C1_LOW);
  k[3] = imul(low2, C1_LOW);
}

function finalize(h: Int32Array, k: Int32Array, length: number): void {
  h[0] = h[0]! ^ k[0]!;
  h[1] = h[1]! ^ k[1]! ^ length;
  h[2] = h[2]! ^ k[2]!;
  h[3] = h[3]! ^ k[3]! ^ length;
  add(h, 0, 2);
  add(h, 2, 0);
  avalanche(h, 0);
  avalanche(h, 2);
  add(h, 0, 2);
}

/** Adds the word at place `j` to the one at `i`. */
function add(h: Int32Array, i: number, j: number): void {
  const low = (h[i + 1]! + h[j + 1]!) | 0;
  h[i] = h[i]! + h[j]! + carry(low, h[j + 1]!);
  h[i + 1] = low;
}

function avalanche(h: Int32Array, i: number): void {
  let high = h[i]!;
  let low = h[i + 1]! ^ (high >>> 1);
  high = productHigh(high, low, F1_HIGH, F1_LOW);
  low = imul(low, F1_LOW) ^ (high >>> 1);
  high = productHigh(high, low, F2_HIGH, F2_LOW);
  h[i] = high;
  h[i + 1] = imul(low, F2_LOW) ^ (high >>> 1);
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** A scripted answer of a component. A text is sent as it stands, all else as JSON. */
export interface Script {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

export interface RecordedCall {
  readonly node: string;
  /** `POST /predict` */
  readonly request: string;
  readonly body: unknown;
}

/** What a client saw, and what the components behind the engine saw. */
export interface Recorded {
  readonly status?: number;
  /** Null where there was none. */
  readonly contentType?: string | null;
  readonly bodyText?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set where there was no answer at all. */
  readonly connection?: string;
  readonly calls?: readonly RecordedCall[];
  /** Of the first call. */
  readonly callHeaders?: Readonly<Record<string, string>>;
}

export interface VectorNode {
  readonly name: string;
  readonly implementation?: string;
  readonly children?: readonly VectorNode[];
}

/** One recorded case (reference seldon-v1.md, section 10.1). */
export interface Vector {
  readonly id: string;
  readonly level: 'engine' | 'component' | 'deployment' | 'router-state';
  readonly graph: VectorNode;
  /** Node name to path (`*`: any other) to answer. */
  readonly components?: Readonly<Record<string, Readonly<Record<string, Script>>>>;
  /** Nodes whose component does not run. */
  readonly down?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly engineArgs?: readonly string[];
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  readonly expected: Recorded;
  readonly 'expected_1.17.1'?: Recorded;
  /** Set where the order of the calls is not fixed; they are listed sorted. */
  readonly callOrder?: string;
}

export const vectorsFile = resolve(process.env.SELDON_VECTORS || '../shared/vectors/seldon/seldon-v1.json');

/** Null where the file is absent. */
export async function readVectors(): Promise<readonly Vector[] | null> {
  if (!existsSync(vectorsFile)) return null;
  return JSON.parse(await readFile(vectorsFile, 'utf8'));
}

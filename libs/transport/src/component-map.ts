import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { ProtocolName } from '#protocol';
import { messageOf } from '#sdk';
import { errorCode } from '#system';
import { InvalidComponentsError } from './errors.js';

/** How one container of the deployment is run here. Files and folders are absolute. */
export type ComponentEntry =
  | { readonly kind: 'class'; readonly file: string }
  | ({ readonly kind: 'url'; readonly url: string } & Spoken)
  | ({ readonly kind: 'command'; readonly command: readonly string[]; readonly folder: string } & Spoken);

/** How a component that is not in this process is spoken to. */
export interface Spoken {
  /** Default: the deployment's. */
  readonly protocol?: ProtocolName | undefined;
  /** The model's name there, with a version if need be (`iris/versions/2`). */
  readonly model?: string | undefined;
}

/** Container (node) name to the way it is run. */
export type ComponentMap = ReadonlyMap<string, ComponentEntry>;

const KINDS = ['class', 'url', 'command'] as const;
/** Not `.` or `..`: they would lead out of the path. */
const MODEL = /^(?!\.{1,2}(?:\/|$))[\w.~@+-]{1,200}(?:\/(?:versions|labels)\/[\w-]{1,100})?$/;

const fileSchema = z.record(
  z.string().min(1),
  z
    .strictObject({
      class: z.string().min(1).optional(),
      url: z
        .string()
        .refine(isBaseUrl, 'expected a URL such as http://127.0.0.1:9000 or grpc://127.0.0.1:9500')
        .optional(),
      command: z.array(z.string().min(1)).min(1).optional(),
      protocol: z.enum(['seldon', 'tensorflow', 'v2', 'kfserving']).optional(),
      model: z
        .string()
        .regex(MODEL, 'expected the name of a model, such as iris or iris/versions/2')
        .optional(),
    })
    .refine((entry) => KINDS.filter((kind) => entry[kind] !== undefined).length === 1, {
      error: `expected exactly one of ${KINDS.join(', ')}`,
    })
    .refine((entry) => entry.class === undefined || (entry.protocol ?? entry.model) === undefined, {
      error: 'expected protocol and model beside url or command only: a class is called as it is',
    }),
);

type RawEntry = z.infer<typeof fileSchema>[string];

/** Reads a components.yaml. With `optional`, a file that is not there is an empty map. */
export async function readComponents(
  file: string,
  { optional = false }: { readonly optional?: boolean } = {},
): Promise<ComponentMap> {
  return parseComponents(file, await readText(file, optional));
}

/** The content of a components.yaml; `file` says where it is, for paths and errors. Throws `InvalidComponentsError`. */
export function parseComponents(file: string, text: string): ComponentMap {
  const parsed = fileSchema.safeParse(parseYaml(file, text) ?? {});
  if (!parsed.success) {
    throw new InvalidComponentsError(
      file,
      parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    );
  }
  const folder = dirname(resolve(file));
  return new Map(Object.entries(parsed.data).map(([name, raw]) => [name, toEntry(raw, folder)]));
}

async function readText(file: string, optional: boolean): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (optional && errorCode(error) === 'ENOENT') return '';
    throw new InvalidComponentsError(file, [{ path: '', message: messageOf(error) }]);
  }
}

function parseYaml(file: string, text: string): unknown {
  const document = parseDocument(text, { lineCounter: new LineCounter() });
  if (document.errors.length > 0) {
    throw new InvalidComponentsError(
      file,
      document.errors.map(({ message }) => ({ path: '', message: message.split('\n')[0]! })),
    );
  }
  return document.toJS();
}

function toEntry(raw: RawEntry, folder: string): ComponentEntry {
  if (raw.class !== undefined) return { kind: 'class', file: resolve(folder, raw.class) };
  const protocol = raw.protocol === 'kfserving' ? 'v2' : raw.protocol;
  const spoken = { ...(protocol && { protocol }), ...(raw.model && { model: raw.model }) };
  if (raw.url !== undefined) return { kind: 'url', url: raw.url, ...spoken };
  return { kind: 'command', command: raw.command!, folder, ...spoken };
}

function isBaseUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.search !== '' || url.hash !== '') return false;
  if (url.protocol === 'grpc:') return url.hostname !== '' && url.port !== '' && url.pathname === '';
  return url.protocol === 'http:' || url.protocol === 'https:';
}

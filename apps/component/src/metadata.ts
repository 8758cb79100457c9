import { parse } from 'yaml';
import { z } from 'zod';
import { type Component, isObject, messageOf } from '#sdk';
import { BadMetadataError } from './errors.js';

/** Seldon's own form of an input or output, or KServe's. */
const tensor = z.union([
  z.object({ messagetype: z.string(), schema: z.unknown().optional() }),
  z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) }),
]);

const schema = z.object({
  name: z.string().default(''),
  versions: z.array(z.string()).default([]),
  platform: z.string().default(''),
  inputs: z.array(tensor).default([]),
  outputs: z.array(tensor).default([]),
  custom: z.record(z.string(), z.string()).default({}),
});

/** What the class, or rather the YAML in MODEL_METADATA, says of the model; name and version as the image's otherwise. */
export async function readMetadata(
  user: Component,
  yaml: string | undefined,
  image: string,
): Promise<z.infer<typeof schema>> {
  const own = await user.initMetadata?.();
  const given = yaml === undefined ? {} : parseYaml(yaml);
  const [name, version] = image.split(/:(?=[^/:]*$)/);
  const parsed = schema.safeParse({
    name,
    versions: version === undefined ? [] : [version],
    ...objectOf(own ?? {}),
    ...objectOf(given),
  });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new BadMetadataError(`metadata ${path.join('.')}: ${message}`);
}

function parseYaml(yaml: string): unknown {
  try {
    return parse(yaml);
  } catch (error) {
    throw new BadMetadataError(`MODEL_METADATA is not YAML: ${messageOf(error)}`);
  }
}

function objectOf(metadata: unknown): object {
  if (isObject(metadata)) return metadata;
  throw new BadMetadataError('metadata: expected an object');
}

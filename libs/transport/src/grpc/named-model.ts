import { InvalidFieldError, type NamedModel, type TfModel } from '#protocol';

/** A model with the number or the label of its version, as it stands in a path: `iris/versions/2`. */
const MODEL = /^(?<name>[^/]*)(?:\/(?:versions\/(?<version>.*)|labels\/(?<label>.*)))?$/;
const NUMBER = /^\d{1,18}$/;

/** Of `iris/versions/2`, as it stands in a path. */
export function namedModel(text: string): NamedModel {
  const { name, version = '' } = partsOf(text);
  return { name: decoded(name), version: decoded(version) };
}

/** As `namedModel`; of TensorFlow's models the versions are numbers. Throws `InvalidFieldError`. */
export function tfModel(text: string): TfModel {
  const { name: encoded, version, label } = partsOf(text);
  const name = decoded(encoded);
  if (label !== undefined) return { name, label: decoded(label) };
  if (version === undefined) return { name };
  if (!NUMBER.test(version)) throw new InvalidFieldError('the version of a model', 'a whole number', version);
  return { name, version: BigInt(version) };
}

function partsOf(text: string): { name: string; version?: string; label?: string } {
  return { name: text, ...MODEL.exec(text)?.groups };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

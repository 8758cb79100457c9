import { ENTRY, InvalidPackageError, MAX_BYTES, type PackageForm, type PackedFile } from './package-form.js';
import { tarForm } from './tar-form.js';
import { zipForm } from './zip-form.js';

const yamlForm: PackageForm = {
  pack: (content) => content,
  unpack: async (bytes) => [{ name: ENTRY, content: () => bytes }],
};

/** As kfp's compiler tells them apart. */
const FORMS: Readonly<Record<string, PackageForm>> = {
  '.yaml': yamlForm,
  '.yml': yamlForm,
  '.zip': zipForm,
  '.tar.gz': tarForm,
  '.tgz': tarForm,
};

export const PACKAGE_ENDINGS: readonly string[] = Object.keys(FORMS);

/** Whether a file of this name holds its pipeline packed. */
export function isPacked(file: string): boolean {
  return formOf(file) !== yamlForm;
}

export function packPipeline(file: string, text: string): Uint8Array {
  return formOf(file).pack(Buffer.from(text));
}

/** The YAML in a package: its `pipeline.yaml`, or the only file that it holds. Throws `InvalidPackageError`. */
export async function unpackPipeline(file: string, bytes: Buffer): Promise<string> {
  if (bytes.length > MAX_BYTES) {
    throw new InvalidPackageError(`at most ${MAX_BYTES} bytes`, `${bytes.length}`);
  }
  const content = await contentOf(formOf(file), bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new InvalidPackageError(`${ENTRY} in UTF-8`, 'other bytes');
  }
}

/** Any name without one of the endings is taken for YAML. */
function formOf(file: string): PackageForm {
  const ending = PACKAGE_ENDINGS.find((known) => file.toLowerCase().endsWith(known));
  return ending === undefined ? yamlForm : FORMS[ending]!;
}

async function contentOf(form: PackageForm, bytes: Buffer): Promise<Uint8Array> {
  try {
    return choose(await form.unpack(bytes)).content();
  } catch (error) {
    if (error instanceof InvalidPackageError) throw error;
    throw new InvalidPackageError('a package as kfp writes it', (error as Error).message);
  }
}

function choose(files: readonly PackedFile[]): PackedFile {
  const named = files.filter(({ name }) => name.replace(/^\.\//, '') === ENTRY);
  const [only, second] = named.length > 0 ? named : files;
  if (only !== undefined && second === undefined) return only;
  const names = files.slice(0, 5).map(({ name }) => name);
  throw new InvalidPackageError(`one ${ENTRY} inside`, [`${files.length} files`, ...names].join(' '));
}

import { placeholder, substitute } from '#pipelines';

const INPUT = /^(?:inputs\.parameters\.)?([-_0-9A-Za-z]+)$/;

/** A manifest with `{{name}}` written as `{{inputs.parameters.name}}`, and the names found. */
export interface FilledManifest {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly parameters: ReadonlySet<string>;
}

/** Other placeholders, as `{{workflow.name}}`, stay as they are. */
export function fillParameters(manifest: object): FilledManifest {
  const parameters = new Set<string>();
  const fill = (text: string) =>
    substitute(text, (expression) => {
      const name = INPUT.exec(expression)?.[1];
      if (name === undefined) return null;
      parameters.add(name);
      return placeholder(name);
    });
  const filled = JSON.parse(JSON.stringify(manifest), (_, value) =>
    typeof value === 'string' ? fill(value) : value,
  );
  return { manifest: filled, parameters };
}

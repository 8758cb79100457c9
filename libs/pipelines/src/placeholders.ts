const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const INPUT = 'inputs.parameters.';

/** What stands for the value of a parameter until the pipeline runs. */
export function placeholder(parameter: string): string {
  return `{{${INPUT}${parameter}}}`;
}

/** Gives what stands for `{{expression}}`, which begins at an offset; null leaves it alone. */
type Replacement = (expression: string, offset: number) => string | null;

export function substitute(text: string, replacement: Replacement): string {
  return text.replace(
    PLACEHOLDER,
    (whole, expression: string, offset: number) => replacement(expression.trim(), offset) ?? whole,
  );
}

/** What stands between the braces of the placeholders of a text, in their order. */
export function expressionsIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, expression]) => expression!.trim());
}

/** The parameters whose placeholders stand anywhere in a value of JSON, in alphabetical order. */
export function inputsIn(value: unknown): string[] {
  const inputs = expressionsIn(JSON.stringify(value)).filter((expression) => expression.startsWith(INPUT));
  return [...new Set(inputs.map((expression) => expression.slice(INPUT.length)))].sort();
}

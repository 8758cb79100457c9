const LENGTH = 200;

/** A JSON value as an error message shows it. */
export function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= LENGTH ? text : `${text.slice(0, LENGTH)}...`;
}

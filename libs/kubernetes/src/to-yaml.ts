import { Document } from 'yaml';

/** YAML of several documents, as `kubectl apply -f` takes it; fields that are null or undefined are left out. */
export function toYaml(documents: readonly object[]): string {
  return documents.map(oneDocument).join('---\n');
}

function oneDocument(value: object): string {
  const document = new Document(withoutNulls(value), { aliasDuplicateObjects: false });
  return document.toString({ lineWidth: 0 });
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => (field == null ? [] : [[key, withoutNulls(field)]])),
  );
}

export type Texts = Readonly<Record<string, string>>;

/** A part of an object of Kubernetes' API that is carried as it is. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object of Kubernetes' API, as it is applied. */
export interface KubernetesObject extends Fields {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Fields & {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Texts;
    readonly annotations?: Texts;
  };
}

export interface Container extends Fields {
  readonly name: string;
}

export interface Volume extends Fields {
  readonly name: string;
}

/** The same without the fields that are null or undefined. */
export function present<T extends object>(fields: T): T {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as T;
}

/** The items, of those of one name only the first. */
export function uniqueByName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.filter(({ name }, index) => items.findIndex((other) => other.name === name) === index);
}

/** No slash, nothing that a server might decode to one, and not `.` or `..`: names go into the paths of components. */
const NAME = '(?!\\.{1,2}(?:[/:]|$))(?:[\\w.~@+-]|%(?!2[eEfF]|5[cC]|00)[0-9A-Fa-f]{2}){1,200}?';

const SOLE_NAME = new RegExp(`^${NAME}$`);

/** Whether a text may stand for a name in a path. */
export function isName(text: string): boolean {
  return SOLE_NAME.test(text);
}

/** A path with `{model}` in it and maybe `{version}`. */
export class PathPattern {
  private readonly regExp: RegExp;

  constructor(path: string) {
    const name = path.replace('{model}', `(?<name>${NAME})`);
    const source = name.replace(/(versions|labels)\/\{version\}/, `(?<version>$1/${NAME})`);
    this.regExp = new RegExp(`^${source}$`);
  }

  /** The names in a path, as they stand there; null where it is another path. */
  match(path: string): { readonly name: string; readonly version: string | undefined } | null {
    const groups = this.regExp.exec(path)?.groups;
    return groups === undefined ? null : { name: groups.name!, version: groups.version };
  }
}

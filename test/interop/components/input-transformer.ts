const CATEGORIES = ['cat', 'dog', 'hen'];
const MOST = [4, 8, 1, 1];

interface Parameters {
  readonly container_name: string;
  readonly run_name: string;
}

/** InputTransformer.py in TypeScript. */
export class InputTransformer {
  constructor(private readonly parameters: Parameters) {}

  transformInput(rows: readonly (readonly [string, ...number[]])[]): number[][] {
    return rows.map(([category, ...numbers]) => [
      ...CATEGORIES.map((known) => Number(known === category)),
      ...numbers.map((number, i) => number / MOST[i]!),
    ]);
  }

  tags(): object {
    const { container_name, run_name } = this.parameters;
    return { transformer: `${container_name}/${run_name} in TypeScript` };
  }
}

import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Component } from 'switchyard/sdk';

interface Parameters {
  /** Where the artefact is. */
  readonly container_name: string;
  /** The training run that made it. */
  readonly run_name: string;
}

/** One class for every model of the experiment: its parameters say which artefact it loads. */
export class ModelInfer implements Component {
  readonly classNames = ['Adelie', 'Chinstrap', 'Gentoo'];
  private session: InferenceSession | undefined;

  constructor(private readonly parameters: Parameters) {}

  async load(): Promise<void> {
    const { container_name, run_name } = this.parameters;
    const file = new URL(`./artefacts/${container_name}/${run_name}/model.onnx`, import.meta.url);
    const threads = { intraOpNumThreads: 1, interOpNumThreads: 1 };
    this.session = await InferenceSession.create(fileURLToPath(file), threads);
  }

  async predict(rows: number[][]): Promise<number[][]> {
    const { inputNames } = this.session!;
    const columns = rows[0]?.length ?? 0;
    const input = new Tensor('float32', rows.flat(), [rows.length, columns]);
    const { probabilities } = await this.session!.run({ [inputNames[0]!]: input }, ['probabilities']);
    const values = probabilities!.data as Float32Array;
    return rows.map((_, row) => [...values.slice(3 * row, 3 * row + 3)]);
  }
}

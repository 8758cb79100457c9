import { InputTransformer } from '../penguins/input-transformer.js';

interface Parameters {
  /** Where the artefact is. */
  readonly container_name: string;
  /** The training run that made it. */
  readonly run_name: string;
}

/** The transformer of the penguins, with the encoders of one training run. */
export class Transformer extends InputTransformer {
  constructor({ container_name, run_name }: Parameters) {
    super({ encoders: `../artefacts/${container_name}/${run_name}/encoders.json` });
  }
}

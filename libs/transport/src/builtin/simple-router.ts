import { type Call, Component } from '#graph';
import type { Message } from '#protocol';

/** Always the first child. */
export class SimpleRouter extends Component {
  constructor(private readonly node: string) {
    super();
  }

  override async route(_message: Message, call: Call): Promise<number> {
    call.statedPropensities.set(this.node, 1);
    return 0;
  }
}

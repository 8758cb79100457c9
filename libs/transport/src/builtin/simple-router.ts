import { Component } from '#graph';

/** Always the first child. */
export class SimpleRouter extends Component {
  override async route(): Promise<number> {
    return 0;
  }
}

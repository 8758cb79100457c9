import { Controller, Get } from '@nestjs/common';
import { GraphReloads } from './graph-reloads.js';

interface GraphState {
  /** `graphDigest` of the content that is served; null where it came from no file. */
  readonly digest: string | null;
  /** Why newer content is not served; null where there is none, or it is still being tried. */
  readonly refused: string | null;
}

@Controller('switchyard')
export class GraphController {
  constructor(private readonly reloads: GraphReloads) {}

  @Get('graph')
  graph(): GraphState {
    const { digest, refused } = this.reloads;
    return { digest, refused };
  }
}

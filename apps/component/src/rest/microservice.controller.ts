import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import { COMPONENT_CONFIG, type ComponentConfig } from '../component-config.js';
import { Microservice } from '../microservice.js';
import { bodyOf, decodeRequest, type RawRequest } from './decode-request.js';
import { type Reply, send } from './reply.js';

/** The calls of Seldon's engine, and those of its clients, which a component answers as well. */
@Controller()
export class MicroserviceController {
  constructor(
    @Inject(Microservice) private readonly service: Microservice,
    @Inject(COMPONENT_CONFIG) private readonly config: ComponentConfig,
  ) {}

  @All(['predict', 'api/v1.0/predictions', 'api/v0.1/predictions'])
  async predict(@Req() request: RawRequest, @Res() reply: Reply): Promise<void> {
    const answer = this.config.payloadPassthrough
      ? await this.service.passThrough(bodyOf(request))
      : await this.service.transform('predict', await decodeRequest(request));
    reply.status(statusIn(answer.unencoded));
    send(reply, answer);
  }

  @All('transform-input')
  async transformInput(@Req() request: RawRequest, @Res() reply: Reply): Promise<void> {
    send(reply, await this.service.transform('transformInput', await decodeRequest(request)));
  }

  @All('transform-output')
  async transformOutput(@Req() request: RawRequest, @Res() reply: Reply): Promise<void> {
    send(reply, await this.service.transform('transformOutput', await decodeRequest(request)));
  }

  @All('route')
  async route(@Req() request: RawRequest, @Res() reply: Reply): Promise<void> {
    send(reply, await this.service.route(await decodeRequest(request)));
  }

  @All('aggregate')
  async aggregate(@Req() request: RawRequest, @Res() reply: Reply): Promise<void> {
    send(reply, await this.service.aggregate(await decodeRequest(request)));
  }

  @All(['send-feedback', 'api/v1.0/feedback', 'api/v0.1/feedback'])
  async sendFeedback(@Req() request: RawRequest, @Res() reply: Reply): Promise<void> {
    send(reply, await this.service.sendFeedback(await decodeRequest(request)));
  }
}

/** A class with predictRaw says with `status.code` how its answer is to be sent. */
function statusIn(answer: unknown): number {
  const code = (answer as { status?: { code?: unknown } } | null | undefined)?.status?.code;
  return Number.isInteger(code) && (code as number) >= 200 && (code as number) <= 599
    ? (code as number)
    : 200;
}

import { Controller, Inject, UseFilters } from '@nestjs/common';
import { type Message, seldonMessageCodec, seldonServices } from '#protocol';
import { COMPONENT_CONFIG, type ComponentConfig } from '../component-config.js';
import { Microservice } from '../microservice.js';
import { RpcFilter } from './rpc.filter.js';
import { SeldonMethod } from './seldon-method.decorator.js';

const { Generic, Model, Router, Transformer, OutputTransformer, Combiner } = seldonServices;

/** The calls of Seldon's engine over gRPC. */
@Controller()
@UseFilters(RpcFilter)
export class GrpcController {
  constructor(
    @Inject(Microservice) private readonly service: Microservice,
    @Inject(COMPONENT_CONFIG) private readonly config: ComponentConfig,
  ) {}

  @SeldonMethod(Model.method.predict)
  async predict(message: Message): Promise<Message> {
    return this.packed(await this.service.transform('predict', message));
  }

  @SeldonMethod(Transformer.method.transformInput, Generic.method.transformInput)
  async transformInput(message: Message): Promise<Message> {
    return this.packed(await this.service.transform('transformInput', message));
  }

  @SeldonMethod(OutputTransformer.method.transformOutput, Generic.method.transformOutput)
  async transformOutput(message: Message): Promise<Message> {
    return this.packed(await this.service.transform('transformOutput', message));
  }

  @SeldonMethod(Router.method.route, Generic.method.route)
  async route(message: Message): Promise<Message> {
    return this.packed(await this.service.route(message));
  }

  @SeldonMethod(Combiner.method.aggregate, Generic.method.aggregate)
  async aggregate(messages: Message): Promise<Message> {
    return this.packed(await this.service.aggregate(messages));
  }

  @SeldonMethod(Model.method.sendFeedback, Router.method.sendFeedback, Generic.method.sendFeedback)
  async sendFeedback(feedback: Message): Promise<Message> {
    return this.packed(await this.service.sendFeedback(feedback));
  }

  @SeldonMethod(Model.method.metadata)
  metadata(): Promise<Message> {
    return this.service.metadata();
  }

  /** Here rather than in the server, whose failure would not say whose answer it was. */
  private packed(answer: Message): Message {
    const own = answer.withOrigin(this.config.identity.unit);
    own.packedBy(seldonMessageCodec);
    return own;
  }
}

import { type Call, Component, ComponentError, type GraphNode } from '#graph';
import type { Message } from '#protocol';
import { messageOf } from '#sdk';
import { freePorts, LOOPBACK } from '#system';
import { UnusableComponentError } from '../errors.js';
import { HttpComponent, type Speech } from '../http/http-component.js';
import { ProcessGroup } from './process-group.js';
import { inheritedEnvironment, type Place, unitEnvironment } from './unit-environment.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export interface CommandOptions {
  readonly command: readonly string[];
  readonly folder: string;
  readonly place: Place;
  readonly timeoutMs: number;
  readonly speech: Speech;
  /** Takes one line of output. */
  readonly log: (line: string) => void;
}

interface Running {
  readonly group: ProcessGroup;
  readonly remote: HttpComponent;
}

/** A component that is run as a child process, called over HTTP, and started again when it dies. */
export class CommandComponent extends Component {
  private running: Running | undefined;
  private problem = 'it has not been started';
  private pauseMs = FIRST_PAUSE_MS;
  private restart: NodeJS.Timeout | undefined;
  private starting: Promise<void> = Promise.resolve();
  private closed = false;

  private constructor(
    private readonly node: GraphNode,
    private readonly options: CommandOptions,
  ) {
    super();
  }

  static async start(node: GraphNode, options: CommandOptions): Promise<CommandComponent> {
    const component = new CommandComponent(node, options);
    try {
      await component.launch();
    } catch (error) {
      const problem = `cannot start ${options.command.join(' ')}: ${messageOf(error)}`;
      throw new UnusableComponentError(node.name, problem, { cause: error });
    }
    return component;
  }

  override async predict(message: Message, call: Call): Promise<Message> {
    return this.remote('predict').predict(message, call);
  }

  override async transformInput(message: Message, call: Call): Promise<Message> {
    return this.remote('transformInput').transformInput(message, call);
  }

  override async transformOutput(message: Message, call: Call): Promise<Message> {
    return this.remote('transformOutput').transformOutput(message, call);
  }

  override async route(message: Message, call: Call): Promise<number> {
    return this.remote('route').route(message, call);
  }

  override async aggregate(messages: readonly Message[], call: Call): Promise<Message> {
    return this.remote('aggregate').aggregate(messages, call);
  }

  override async sendFeedback(feedback: Message, call: Call): Promise<Message> {
    return this.remote('sendFeedback').sendFeedback(feedback, call);
  }

  override async status(call: Call): Promise<Message> {
    return this.remote('status').status(call);
  }

  override async metadata(call: Call): Promise<Message> {
    return this.remote('metadata').metadata(call);
  }

  override async ready(): Promise<void> {
    await this.remote('ready').ready();
    this.pauseMs = FIRST_PAUSE_MS;
  }

  override async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.restart);
    await this.starting;
    await this.running?.group.stop();
    await this.running?.remote.close();
  }

  private remote(call: string): HttpComponent {
    if (this.running) return this.running.remote;
    const info = `${this.node.name}: ${this.options.command.join(' ')}: ${this.problem}`;
    throw new ComponentError(this.node.name, call, 500, info, 'MICROSERVICE_UNREACHABLE');
  }

  private async launch(): Promise<void> {
    const { command, folder, place, timeoutMs, speech, log } = this.options;
    const [http, grpc, metrics] = await freePorts(3);
    const ports = { http: http!, grpc: grpc!, metrics: metrics! };
    const group = await ProcessGroup.start(command, {
      folder,
      env: { ...inheritedEnvironment(process.env), ...unitEnvironment(this.node, place, ports) },
      onLine: (line) => log(`[${this.node.name}] ${line}`),
    });
    const remote = new HttpComponent(this.node.name, `http://${LOOPBACK}:${http}`, timeoutMs, speech);
    this.running = { group, remote };
    void group.ended.then((how) => this.onEnded(how, remote));
  }

  private async onEnded(how: string, remote: HttpComponent): Promise<void> {
    if (this.closed) return;
    this.running = undefined;
    await remote.close();
    this.relaunchLater(how);
  }

  private relaunchLater(why: string): void {
    if (this.closed) return;
    this.problem = `${why}; it is started again in ${this.pauseMs} ms`;
    this.options.log(`[${this.node.name}] ${this.problem}`);
    this.restart = setTimeout(() => {
      this.starting = this.launch().catch((error) => this.relaunchLater(messageOf(error)));
    }, this.pauseMs);
    this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
  }
}

import { Injectable, Logger } from '@nestjs/common';
import {
  type Experiment,
  type ExperimentPatch,
  ExperimentStore,
  type Revision,
  SnapshotPublisher,
  StaleRevisionError,
  UnknownExperimentError,
} from '#experiments';
import { UnknownRevisionError } from '../errors/admin-errors.js';
import { acceptsAny, checkIfMatch } from './if-match.js';

/** How often a change to whatever revision is current is tried again when others change it meanwhile. */
const ATTEMPTS = 10;

@Injectable()
export class ExperimentsService {
  private readonly logger = new Logger('Admin');

  constructor(
    private readonly store: ExperimentStore,
    private readonly publisher: SnapshotPublisher,
  ) {}

  list(): Promise<Experiment[]> {
    return this.store.list();
  }

  async get(idOrName: string): Promise<Experiment> {
    const experiment = await this.store.find(idOrName);
    if (experiment === null) throw new UnknownExperimentError(idOrName);
    return experiment;
  }

  /** Makes a new revision of what `ifMatch` names, and tells the routers. */
  async revise(
    idOrName: string,
    ifMatch: string | undefined,
    patch: ExperimentPatch,
    author: string,
  ): Promise<Experiment> {
    const any = acceptsAny(ifMatch);
    const found = await this.get(idOrName);
    if (!any) checkIfMatch(ifMatch!, found.name, found.current.revision);
    const revised = await this.tryRevise(found, patch, author, any ? ATTEMPTS : 1);
    await this.publish(revised.id);
    return revised;
  }

  async revisions(idOrName: string): Promise<Revision[]> {
    return this.store.revisions((await this.get(idOrName)).id);
  }

  async revision(idOrName: string, revision: number): Promise<Revision> {
    const { id, name } = await this.get(idOrName);
    const found = await this.store.revision(id, revision);
    if (found === null) throw new UnknownRevisionError(name, revision);
    return found;
  }

  private async tryRevise(
    { id, current }: Experiment,
    patch: ExperimentPatch,
    author: string,
    attempts: number,
  ): Promise<Experiment> {
    try {
      return await this.store.revise(id, current.revision, patch, author);
    } catch (error) {
      if (!(error instanceof StaleRevisionError) || attempts === 1) throw error;
      return this.tryRevise(await this.get(id), patch, author, attempts - 1);
    }
  }

  /** The revision is committed already: routers that miss this find it when they load. */
  private async publish(id: string): Promise<void> {
    try {
      await this.publisher.publish(id);
    } catch (error) {
      this.logger.warn(`the change of experiment ${id} could not be announced: ${(error as Error).message}`);
    }
  }
}

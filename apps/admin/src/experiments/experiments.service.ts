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
import { acceptedRevisions, checkRevision } from './if-match.js';

/** How often a change is tried, when others change the experiment between reading and writing. */
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
    const accepted = acceptedRevisions(ifMatch);
    for (let attempt = 1; ; attempt++) {
      const { id, name, current } = await this.get(idOrName);
      if (accepted !== 'any') checkRevision(accepted, name, current.revision);
      try {
        const revised = await this.store.revise(id, current.revision, patch, author);
        await this.publish(id);
        return revised;
      } catch (error) {
        if (!(error instanceof StaleRevisionError) || attempt === ATTEMPTS) throw error;
      }
    }
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

  /** The revision is committed already: routers that miss this find it when they load. */
  private async publish(id: string): Promise<void> {
    try {
      await this.publisher.publish(id);
    } catch (error) {
      this.logger.warn(`the change of experiment ${id} could not be announced: ${(error as Error).message}`);
    }
  }
}

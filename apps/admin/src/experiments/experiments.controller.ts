import { Body, Controller, Get, Headers, Param, Patch, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiPreconditionFailedResponse,
  ApiPreconditionRequiredResponse,
  ApiServiceUnavailableResponse,
  ApiUnauthorizedResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { ExperimentPatch } from '#experiments';
import { Author } from '../auth/author.decorator.js';
import { errorSchema } from '../errors/error-schema.js';
import { patchSchema } from './experiment-patch.js';
import {
  type ExperimentView,
  experimentListSchema,
  experimentSchema,
  experimentView,
} from './experiment-view.js';
import { ExperimentsService } from './experiments.service.js';
import { etagOf } from './if-match.js';
import { type RevisionView, revisionListSchema, revisionSchema, revisionView } from './revision-view.js';

const revisionNumber = z.coerce
  .number({ error: 'a whole number from 1' })
  .int('a whole number from 1')
  .min(1, 'a whole number from 1')
  .max(2 ** 31 - 1, 'a whole number below 2^31');

const ID = { name: 'id', description: 'a UUID, or a name such as default.penguins.main.router' };
const ETAG = {
  ETag: { description: 'the current revision', schema: { type: 'string' as const, example: '"1"' } },
};
const problem = (description: string) => ({ description, standardSchema: errorSchema });

@ApiBearerAuth()
@ApiUnauthorizedResponse(problem('no API key, or an unknown one'))
@ApiServiceUnavailableResponse(problem('the database cannot be reached; Retry-After says when to try again'))
@Controller('admin/v1/experiments')
export class ExperimentsController {
  constructor(private readonly experiments: ExperimentsService) {}

  @Get()
  @ApiOperation({ summary: 'All experiments, with what is known about their arms' })
  @ApiOkResponse({ standardSchema: experimentListSchema })
  async list(): Promise<{ experiments: ExperimentView[] }> {
    return { experiments: (await this.experiments.list()).map(experimentView) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One experiment' })
  @ApiParam(ID)
  @ApiOkResponse({ standardSchema: experimentSchema, headers: ETAG })
  @ApiNotFoundResponse(problem('there is no such experiment'))
  async get(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentView> {
    const experiment = await this.experiments.get(id);
    reply.header('etag', etagOf(experiment.current.revision));
    return experimentView(experiment);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change policy, options, weights or arms: a new revision that the next predictions follow',
  })
  @ApiParam(ID)
  @ApiHeader({ name: 'If-Match', required: true, description: 'the ETag that was read, or * for any' })
  @ApiOkResponse({ standardSchema: experimentSchema, headers: ETAG })
  @ApiBadRequestResponse(problem('the body is not JSON, or If-Match is malformed'))
  @ApiNotFoundResponse(problem('there is no such experiment'))
  @ApiPreconditionFailedResponse(problem('somebody else changed it; current is the revision now'))
  @ApiUnprocessableEntityResponse(problem('a field cannot be; field is its path'))
  @ApiPreconditionRequiredResponse(problem('If-Match is missing'))
  async patch(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: patchSchema }) patch: ExperimentPatch,
    @Author() author: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentView> {
    const experiment = await this.experiments.revise(id, ifMatch, patch, author);
    reply.header('etag', etagOf(experiment.current.revision));
    return experimentView(experiment);
  }

  @Get(':id/revisions')
  @ApiOperation({ summary: 'Its revisions, newest first' })
  @ApiParam(ID)
  @ApiOkResponse({ standardSchema: revisionListSchema })
  @ApiNotFoundResponse(problem('there is no such experiment'))
  async revisions(@Param('id') id: string): Promise<{ revisions: RevisionView[] }> {
    return { revisions: (await this.experiments.revisions(id)).map(revisionView) };
  }

  @Get(':id/revisions/:revision')
  @ApiOperation({ summary: 'One revision' })
  @ApiParam(ID)
  @ApiOkResponse({ standardSchema: revisionSchema })
  @ApiNotFoundResponse(problem('there is no such experiment or revision'))
  @ApiUnprocessableEntityResponse(problem('the revision is not a number'))
  async revision(
    @Param('id') id: string,
    @Param('revision', { schema: revisionNumber }) revision: number,
  ): Promise<RevisionView> {
    return revisionView(await this.experiments.revision(id, revision));
  }
}

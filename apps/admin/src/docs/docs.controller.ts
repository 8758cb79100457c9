import { createReadStream } from 'node:fs';
import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SWAGGER_POLICY, swaggerAsset, swaggerPage, swaggerStart } from '#openapi';
import { Open } from '../auth/open.decorator.js';
import { UnknownPathError } from '../errors/admin-errors.js';

const TITLE = 'Switchyard admin API';

/**
 * The page that shows the OpenAPI document; it shows no data, so it is open. Served here and not by SwaggerModule,
 * whose static plugin cannot be loaded under Jest on Node 20.
 */
@Open(true)
@ApiExcludeController()
@Controller('admin/docs')
export class DocsController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', SWAGGER_POLICY)
  page(): string {
    return swaggerPage({ title: TITLE, folder: 'docs/' });
  }

  @Get('start.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  start(): string {
    return swaggerStart('openapi.json');
  }

  @Get(':file')
  asset(@Param('file') file: string): StreamableFile {
    const asset = swaggerAsset(file);
    if (asset === null) throw new UnknownPathError(`/admin/docs/${file}`);
    return new StreamableFile(createReadStream(asset.path), { type: asset.type });
  }
}

import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Open } from '../auth/open.decorator.js';
import { UnknownPathError } from '../errors/admin-errors.js';
import { PAGE, START } from './page.js';

/** Swagger UI's files come with @nestjs/swagger. */
const SWAGGER_UI = dirname(
  createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger')).resolve(
    'swagger-ui-dist/package.json',
  ),
);

const TYPES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** Nothing is loaded from elsewhere. Swagger UI sets styles in the page and draws its icons from data: URLs. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

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
  @Header('content-security-policy', POLICY)
  page(): string {
    return PAGE;
  }

  @Get('start.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  start(): string {
    return START;
  }

  @Get(':file')
  asset(@Param('file') file: string): StreamableFile {
    const type = Object.hasOwn(TYPES, file) ? TYPES[file] : undefined;
    if (type === undefined) throw new UnknownPathError(`/admin/docs/${file}`);
    return new StreamableFile(createReadStream(join(SWAGGER_UI, file)), { type });
  }
}

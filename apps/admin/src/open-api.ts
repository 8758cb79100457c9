import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** The OpenAPI document at /admin/openapi.json and its page at /admin/docs; neither shows data, both are open. */
export function serveOpenApi(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Switchyard admin API')
    .setDescription('Experiments: what is known about their arms, and how they are changed.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'an API key' })
    .build();
  SwaggerModule.setup('admin/docs', app, SwaggerModule.createDocument(app, config), {
    jsonDocumentUrl: 'admin/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Switchyard admin API',
    swaggerOptions: { persistAuthorization: false },
  });
}

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Swagger UI's files come with @nestjs/swagger. */
const FOLDER = dirname(
  createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger')).resolve(
    'swagger-ui-dist/package.json',
  ),
);

const TYPES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** For the page's header `Content-Security-Policy`: nothing is loaded from elsewhere. Swagger UI sets styles in the page and draws its icons from data: URLs. */
export const SWAGGER_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

export interface SwaggerPage {
  readonly title: string;
  /** Where the page's files are, relative to the page: empty, or a folder with a slash at its end. */
  readonly folder: string;
}

/** The page that shows an OpenAPI document. Its links are relative, so that it works behind a path prefix. */
export function swaggerPage({ title, folder }: SwaggerPage): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escaped(title)}</title>
    <link rel="icon" type="image/png" href="${folder}favicon-32x32.png" />
    <link rel="stylesheet" href="${folder}swagger-ui.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${folder}swagger-ui-bundle.js"></script>
    <script src="${folder}start.js"></script>
  </body>
</html>
`;
}

/** The page's start.js; `url` is that of the document, relative to the page. */
export function swaggerStart(url: string): string {
  return `SwaggerUIBundle({
  url: ${JSON.stringify(url)},
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
});
`;
}

/** One of the page's other files; null where there is none of that name. */
export function swaggerAsset(name: string): { readonly path: string; readonly type: string } | null {
  return Object.hasOwn(TYPES, name) ? { path: join(FOLDER, name), type: TYPES[name]! } : null;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

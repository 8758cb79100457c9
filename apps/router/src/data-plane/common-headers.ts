import type { EngineEnvironment } from '../router-config.js';

const ALLOWED_METHODS = { GET: 'GET,OPTIONS', POST: 'OPTIONS,POST' } as const;
const DEFAULT_ALLOWED_HEADERS =
  'Accept, Accept-Encoding, Authorization, Content-Length, Content-Type, X-CSRF-Token';

/** What every answer carries (reference seldon-v1.md, section 1.5), as a list of names and values. */
export function commonHeaders(
  { CORS_ALLOWED_ORIGINS, CORS_ALLOWED_HEADERS }: EngineEnvironment,
  verb?: 'GET' | 'POST',
): readonly string[] {
  const headers = [
    'X-Content-Type-Options',
    'nosniff',
    'Access-Control-Allow-Origin',
    CORS_ALLOWED_ORIGINS ?? '*',
    'Access-Control-Allow-Headers',
    CORS_ALLOWED_HEADERS ?? DEFAULT_ALLOWED_HEADERS,
  ];
  return verb === undefined ? headers : [...headers, 'Access-Control-Allow-Methods', ALLOWED_METHODS[verb]];
}

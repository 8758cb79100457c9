import { MalformedBodyError, Message } from '#protocol';
import { messageOf, readValue } from '#sdk';
import { RefusedRequestError } from '../errors.js';

/** A request as the server hands it over, its body unread. */
export interface RawRequest {
  readonly method: string;
  readonly headers: { readonly 'content-type'?: string };
  readonly query: unknown;
  readonly body: unknown;
}

const METHODS = ['GET', 'POST'];

/**
 * The message in a request, looked for where Seldon's wrapper does and in its order: the fields of multipart/form-data,
 * the form field `json`, the query parameter `json`, the body.
 */
export async function decodeRequest(request: RawRequest): Promise<Message> {
  const body = bodyOf(request);
  const contentType = request.headers['content-type'] ?? '';
  if (/^multipart\/form-data\b/i.test(contentType)) return ofParts(body, contentType);
  const json = formField(body, contentType) ?? queryParameter(request.query);
  const bytes = json === null ? body : Buffer.from(json);
  if (bytes.length === 0) throw new RefusedRequestError('the body is empty, expected a JSON object');
  return Message.ofBytes(bytes);
}

/** The body as it came. Throws `RefusedRequestError` for the methods that Seldon's wrapper does not take. */
export function bodyOf({ method, body }: RawRequest): Buffer {
  if (!METHODS.includes(method)) throw new RefusedRequestError(`expected GET or POST, got ${method}`, 405);
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function formField(body: Buffer, contentType: string): string | null {
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType)) return null;
  return new URLSearchParams(body.toString('utf8')).get('json');
}

function queryParameter(query: unknown): string | null {
  const json = (query as { json?: unknown } | null | undefined)?.json;
  return typeof json === 'string' ? json : null;
}

/** Every field is JSON, but strData, which is text; of files, binData is bytes and the others are text. */
async function ofParts(body: Buffer, contentType: string): Promise<Message> {
  const message: Record<string, unknown> = Object.create(null);
  for (const [name, part] of await parts(body, contentType)) {
    if (typeof part === 'string') message[name] = name === 'strData' ? part : parseField(name, part);
    else if (name === 'binData') message[name] = Buffer.from(await part.arrayBuffer()).toString('base64');
    else message[name] = await part.text();
  }
  return Message.ofValue({ ...message });
}

async function parts(body: Buffer, contentType: string) {
  try {
    const headers = { 'content-type': contentType };
    return await new Response(new Uint8Array(body), { headers }).formData();
  } catch {
    throw new RefusedRequestError('the body is no multipart/form-data');
  }
}

function parseField(name: string, text: string): unknown {
  try {
    return readValue(Message.ofBytes(Buffer.from(text)));
  } catch (error) {
    const got =
      error instanceof MalformedBodyError ? `must be JSON, got ${text.slice(0, 200)}` : messageOf(error);
    throw new RefusedRequestError(`form field ${name}: ${got}`);
  }
}

import { UnsupportedUriError } from '../errors.js';

export type Location =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'pvc'; readonly claim: string; readonly path: string }
  | { readonly kind: 'http'; readonly url: URL }
  | { readonly kind: 's3' | 'gs'; readonly bucket: string; readonly key: string };

export interface ArtefactUri {
  /** Without the checksum. */
  readonly text: string;
  /** For people: without what may be secret. */
  readonly shown: string;
  /** Lower case. */
  readonly sha256: string | undefined;
  readonly location: Location;
}

const FORMS = 'file://<path>, a path, s3://, gs://, http(s):// or pvc://<claim>/<path>';
const SCHEME = /^([a-z][a-z0-9+.-]*):(\/\/)?(.*)$/is;
const CHECKSUM = /#sha256=([^#]*)$/;

export function parseUri(uri: string): ArtefactUri {
  const text = uri.replace(CHECKSUM, '');
  const shown = withoutSecrets(text);
  return { text, shown, sha256: checksumOf(uri, shown), location: locationOf(text, shown) };
}

function checksumOf(uri: string, shown: string): string | undefined {
  const given = CHECKSUM.exec(uri)?.[1];
  if (given === undefined || /^[0-9a-f]{64}$/i.test(given)) return given?.toLowerCase();
  throw new UnsupportedUriError(shown, 'sha256', '64 hexadecimal digits', given || 'nothing');
}

function withoutSecrets(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1').replace(/^(https?:[^?#]*)[?#].*$/is, '$1');
}

type Reader = (rest: string, text: string, shown: string) => Location;

const READERS: Readonly<Record<string, Reader>> = {
  file: (rest, _text, shown) => ({ kind: 'path', path: nonEmpty(rest, shown, 'file://<path>') }),
  pvc: (rest, _text, shown) => {
    const [claim, path] = split(rest);
    return { kind: 'pvc', claim: nonEmpty(claim, shown, 'pvc://<claim>/<path>'), path };
  },
  s3: bucketReader('s3'),
  gs: bucketReader('gs'),
  http: readHttp,
  https: readHttp,
};

function locationOf(text: string, shown: string): Location {
  const [, scheme, slashes, rest = ''] = SCHEME.exec(text) ?? [];
  if (scheme === undefined) return { kind: 'path', path: nonEmpty(text, shown, FORMS) };
  const reader = slashes && Object.hasOwn(READERS, scheme.toLowerCase()) && READERS[scheme.toLowerCase()];
  if (reader) return reader(rest, text, shown);
  const remote = `the remote ${scheme}, which is how rclone writes it`;
  const expected = `${FORMS}; an rclone remote is written as s3://bucket/path or gs://bucket/path, with the variables of that store`;
  throw new UnsupportedUriError(shown, 'URI', expected, remote);
}

function bucketReader(kind: 's3' | 'gs'): Reader {
  return (rest, _text, shown) => {
    const [bucket, key] = split(rest);
    return { kind, bucket: nonEmpty(bucket, shown, `${kind}://<bucket>/<key or prefix>`), key };
  };
}

/** The URL parser turns decimal, octal and hexadecimal addresses into their usual form. */
function readHttp(_rest: string, text: string, shown: string): Location {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new UnsupportedUriError(shown, 'URI', 'http(s)://<host>/<path>', shown);
  if (url.username || url.password) {
    throw new UnsupportedUriError(shown, 'URI', 'free of user and password', 'one that carries them');
  }
  url.hash = '';
  return { kind: 'http', url };
}

function split(rest: string): [string, string] {
  const slash = rest.indexOf('/');
  return slash < 0 ? [rest, ''] : [rest.slice(0, slash), rest.slice(slash + 1)];
}

function nonEmpty(value: string, shown: string, expected: string): string {
  if (value !== '' && !value.includes('\0')) return value;
  throw new UnsupportedUriError(shown, 'URI', expected, shown || 'nothing');
}

import { request } from 'undici';
import { AdminRefusedError } from './errors.js';

/** Makes `policy`, with its default options, the experiment's current one. */
export async function setPolicy(adminUrl: string, key: string, experiment: string, policy: string) {
  const url = `${adminUrl}/admin/v1/experiments/${experiment}`;
  const authorization = `Bearer ${key}`;
  const current = await request(url, { headers: { authorization } });
  const body = await current.body.text();
  if (current.statusCode !== 200) throw new AdminRefusedError(url, current.statusCode, body);
  const patched = await request(url, {
    method: 'PATCH',
    headers: { authorization, 'content-type': 'application/json', 'if-match': String(current.headers.etag) },
    body: JSON.stringify({ policy }),
  });
  const answer = await patched.body.text();
  if (patched.statusCode >= 300) throw new AdminRefusedError(url, patched.statusCode, answer);
}

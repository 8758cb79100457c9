import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { InvalidArtefactVariableError } from '../errors.js';

const SWITCH: Readonly<Record<string, boolean>> = {
  1: true,
  true: true,
  yes: true,
  0: false,
  false: false,
  no: false,
};

/** The client's settings from the variables that Seldon's storage initialiser takes. */
export function s3Settings(shown: string, env: NodeJS.ProcessEnv, idleMs: number) {
  const endpoint = endpointOf(shown, env);
  const verifies = switchOf(shown, env, 'S3_VERIFY_SSL');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const sessionToken = env.AWS_SESSION_TOKEN || undefined;
  return {
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1',
    // Attempts are counted by the caller, for the part that is still missing.
    maxAttempts: 1,
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: idleMs,
      socketTimeout: idleMs,
      ...(!verifies && { httpsAgent: { rejectUnauthorized: false } }),
    },
    // Without these the SDK looks in its usual places: profile, web identity, instance.
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey, sessionToken } }),
    ...(endpoint && { endpoint, forcePathStyle: true }),
  } satisfies S3ClientConfig;
}

function endpointOf(shown: string, env: NodeJS.ProcessEnv): string | undefined {
  const variable = env.AWS_ENDPOINT_URL ? 'AWS_ENDPOINT_URL' : 'S3_ENDPOINT';
  const given = env[variable];
  if (!given) return undefined;
  const scheme = switchOf(shown, env, 'S3_USE_HTTPS') ? 'https' : 'http';
  const url = /^https?:\/\//i.test(given) ? given : `${scheme}://${given}`;
  if (URL.canParse(url)) return url;
  throw new InvalidArtefactVariableError(shown, variable, 'a URL, or host:port', given);
}

/** On unless it says no. */
function switchOf(shown: string, env: NodeJS.ProcessEnv, variable: string): boolean {
  const given = env[variable] || '1';
  const value = SWITCH[given.toLowerCase()];
  if (value !== undefined) return value;
  throw new InvalidArtefactVariableError(shown, variable, '0 or 1', given);
}

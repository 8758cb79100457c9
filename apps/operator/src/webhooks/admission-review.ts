import { z } from 'zod';

const API = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' } as const;

const admitted = z.looseObject({
  metadata: z.looseObject({
    name: z.string().optional(),
    generateName: z.string().optional(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.unknown().optional(),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.unknown().optional(),
});

const review = z.object({
  apiVersion: z.literal(API.apiVersion),
  kind: z.literal(API.kind),
  request: z.object({
    uid: z.string().min(1).max(253),
    operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
    subResource: z.string().nullish(),
    object: admitted.nullish(),
    oldObject: admitted.nullish(),
  }),
});

/** What the API server asks about. */
export type AdmissionRequest = z.infer<typeof review>['request'];
/** An object as somebody wants it to be; all its fields are there. */
export type AdmittedObject = z.infer<typeof admitted>;

/** One operation of RFC 6902. */
export interface PatchOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

/** Why an object is refused, as a `Status` of Kubernetes' API. */
interface Refusal {
  readonly status: 'Failure';
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: object;
}

/** Null where the object is admitted. */
export interface Answer {
  readonly refusal: Refusal | null;
  readonly patch: readonly PatchOperation[];
}

export const ADMITTED: Answer = { refusal: null, patch: [] };

/** The body was no `AdmissionReview`. */
export class InvalidReviewError extends Error {
  override readonly name = 'InvalidReviewError';
}

/** Throws `InvalidReviewError`. */
export function readReview(text: string): AdmissionRequest {
  const read = review.safeParse(parsed(text));
  if (read.success) return read.data.request;
  throw new InvalidReviewError(
    `expected an ${API.kind} of ${API.apiVersion}\n${z.prettifyError(read.error)}`,
  );
}

/** The body of the answer. */
export function writeReview({ uid }: AdmissionRequest, { refusal, patch }: Answer): string {
  const change = patch.length > 0 && {
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
  };
  const response = { uid, allowed: refusal === null, ...(refusal && { status: refusal }), ...change };
  return JSON.stringify({ ...API, response });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidReviewError(`expected JSON: ${(error as Error).message}`);
  }
}

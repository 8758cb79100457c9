/** Seldon's failure body. */
export interface SeldonStatus {
  readonly status: {
    readonly code: number;
    readonly info: string;
    readonly reason: string;
    readonly status: 'FAILURE';
  };
}

/** `code` is the HTTP status; `reason` is for programs, `info` for people. */
export function failure(code: number, info: string, reason: string): SeldonStatus {
  return { status: { code, info, reason, status: 'FAILURE' } };
}

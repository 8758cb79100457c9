import type { Condition } from './deployment-status.js';

export type Finding = Omit<Condition, 'lastTransitionTime'>;

/** With the time at which each took its status: that of before, where it has not changed since. */
export function conditionsAt(
  now: Date,
  findings: readonly Finding[],
  before: readonly Condition[] | undefined,
): Condition[] {
  return findings.map((finding) => {
    const known = before?.find(({ type, status }) => type === finding.type && status === finding.status);
    return {
      ...finding,
      lastTransitionTime: known?.lastTransitionTime ?? now.toISOString().replace(/\.\d+/, ''),
    };
  });
}

export function holds(type: string, reason: string, message = ''): Finding {
  return { type, status: 'True', reason, message };
}

export function fails(type: string, reason: string, message: string): Finding {
  return { type, status: 'False', reason, message };
}

import type { ArmEvidence } from './policy.js';

export function NO_EVIDENCE(arm: string): ArmEvidence {
  return { arm, pulls: 0, reward: 0, squaredReward: 0 };
}

/** The evidence itself where a policy can reckon with it, none where its sums cannot have come from outcomes. */
export function readable(evidence: ArmEvidence): ArmEvidence {
  const { arm, pulls, reward, squaredReward } = evidence;
  const sums = Number.isFinite(pulls) && Number.isFinite(reward) && Number.isFinite(squaredReward);
  return sums && pulls > 0 && squaredReward >= 0 ? evidence : NO_EVIDENCE(arm);
}

import type { ArmEvidence } from '../policy.js';
import { studentQuantile } from './student-t.js';

/** The standard normal quantile at 0.975. */
const Z = 1.959963984540054;
const TAIL = 0.025;

export interface MeanInterval {
  readonly mean: number;
  /** The ends of the 95 % interval. */
  readonly low: number;
  readonly high: number;
  readonly method: 'wilson' | 'student-t';
  /** When not to trust it, in one sentence. */
  readonly caveat: string;
}

const ADAPTIVE =
  'approximate where a bandit chose the arm by its own outcomes, and not valid for stopping as soon as it looks good';

/**
 * The mean outcome with a 95 % interval: Wilson's score interval (1927) where every outcome was 0 or 1, else
 * Student's. Null under two outcomes, or where the sums are not those of any outcomes.
 */
export function meanInterval(evidence: ArmEvidence): MeanInterval | null {
  const { pulls, reward, squaredReward } = evidence;
  if (!(pulls >= 2 && Number.isFinite(pulls) && Number.isFinite(reward) && squaredReward >= 0)) return null;
  if (!Number.isFinite(squaredReward)) return null;
  return isBinary(evidence) ? wilson(pulls, reward) : student(pulls, reward, squaredReward);
}

function isBinary({ pulls, reward, squaredReward }: ArmEvidence): boolean {
  return squaredReward === reward && Number.isInteger(reward) && reward <= pulls;
}

function wilson(pulls: number, reward: number): MeanInterval {
  const mean = reward / pulls;
  const spread = Z * Math.sqrt((mean * (1 - mean)) / pulls + (Z / (2 * pulls)) ** 2);
  const scale = 1 + Z ** 2 / pulls;
  const centre = mean + Z ** 2 / (2 * pulls);
  return {
    mean,
    low: reward === 0 ? 0 : (centre - spread) / scale,
    high: reward === pulls ? 1 : (centre + spread) / scale,
    method: 'wilson',
    caveat: `Assumes independent outcomes of 0 or 1 with one unchanging rate; ${ADAPTIVE}.`,
  };
}

function student(pulls: number, reward: number, squaredReward: number): MeanInterval {
  const mean = reward / pulls;
  const variance = Math.max(0, squaredReward - reward * mean) / (pulls - 1);
  const spread = studentQuantile(TAIL, pulls - 1) * Math.sqrt(variance / pulls);
  return {
    mean,
    low: mean - spread,
    high: mean + spread,
    method: 'student-t',
    caveat: `Assumes independent outcomes and roughly normal means, so take care below about 30 pulls; ${ADAPTIVE}.`,
  };
}

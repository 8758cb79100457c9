import { Murmur3, newMark } from './hashing/murmur3.js';
import { unitInterval } from './hashing/unit-interval.js';

const SEPARATOR = '\0';
const hash = new Murmur3();
const afterSalt = newMark();
const afterKey = newMark();
let lastSalt: string | null = null;

/**
 * Weighted rendezvous hashing (Thaler & Ravishankar 1998): the index of the arm with the smallest `-ln(u) / p`, the
 * first of equals, where `u` hashes `salt`, `key` and arm. Hits each arm with its probability over the keys, gives
 * one key the same arm everywhere, and moves as few keys as the change of probabilities demands. An arm whose
 * probability is not above zero is never chosen; -1 where no arm is left.
 */
export function choose(
  salt: string,
  key: string,
  arms: readonly string[],
  probabilities: ArrayLike<number>,
): number {
  hashBeginning(salt, key);
  let chosen = -1;
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < arms.length; i++) {
    const probability = probabilities[i]!;
    if (!(probability > 0)) continue;
    hash.resume(afterKey);
    hash.append(arms[i]!);
    hash.finish();
    const score = -Math.log(unitInterval(hash.digest[0]!, hash.digest[1]!)) / probability;
    if (chosen < 0 || score < smallest) {
      chosen = i;
      smallest = score;
    }
  }
  return chosen;
}

/** Most calls follow one of the same experiment, so the salt's part is kept. */
function hashBeginning(salt: string, key: string): void {
  if (salt === lastSalt) hash.resume(afterSalt);
  else {
    hash.begin();
    hash.append(salt);
    hash.append(SEPARATOR);
    hash.save(afterSalt);
    lastSalt = salt;
  }
  hash.append(key);
  hash.append(SEPARATOR);
  hash.save(afterKey);
}

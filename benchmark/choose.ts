/**
 * What one choice costs, by number of arms.
 *
 *   npm run build && npx jiti benchmark/choose.ts [rounds]
 *
 * A sticky choice as the router makes it: a 32-character salt, a UUID as key, arms named like nodes. Prints the
 * fastest and the median round in nanoseconds per choice.
 */
import { choose } from '#bandits';

const ROUNDS = Number(process.argv[2] ?? 20);
const SALT = '0123456789abcdef0123456789abcdef';
const KEYS = Array.from({ length: 1024 }, (_, i) => {
  const key = `0192f0c1-7b1e-7c3a-9d3e-${String(i).padStart(12, '0')}`;
  // Reading a character makes it one flat string, as a header's value is.
  return key.charCodeAt(0) > 0 ? key : '';
});

function nanosecondsPerChoice(arms: readonly string[], probabilities: Float64Array, choices: number): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < choices; i++) choose(SALT, KEYS[i % KEYS.length]!, arms, probabilities);
  return Number(process.hrtime.bigint() - start) / choices;
}

for (const count of [2, 10, 100]) {
  const arms = Array.from({ length: count }, (_, i) => `model-${i}`);
  const probabilities = new Float64Array(count).fill(1 / count);
  const choices = Math.ceil(400_000 / count);
  const rounds = Array.from({ length: ROUNDS }, () => nanosecondsPerChoice(arms, probabilities, choices));
  rounds.sort((a, b) => a - b);
  const [fastest, median] = [rounds[0]!, rounds[Math.floor(ROUNDS / 2)]!];
  process.stdout.write(`${count} arms: ${fastest.toFixed(0)} ns fastest, ${median.toFixed(0)} ns median\n`);
}

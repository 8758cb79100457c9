/**
 * Which of a decision's rewards counts: what a client sent before what a closed window gave, then the last one. For
 * SELECT DISTINCT ON (decision_id).
 */
export const REWARD_ORDER = `decision_id, (source = 'client') DESC, seq DESC`;

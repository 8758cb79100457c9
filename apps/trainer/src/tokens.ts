/** The `TrainerIntervals` that this trainer runs with. */
export const INTERVALS = Symbol('INTERVALS');

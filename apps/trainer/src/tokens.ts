/** The `TrainerIntervals` that this trainer runs with. */
export const INTERVALS = Symbol('INTERVALS');

/** The `Redis` connection of the job queue. */
export const JOBS_REDIS = Symbol('JOBS_REDIS');

/** The queue of the timed work. */
export const TIMED_WORK = 'timed-work';

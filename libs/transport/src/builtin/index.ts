import type { Component } from '#graph';
import { AverageCombiner } from './average-combiner.js';
import { SimpleModel } from './simple-model.js';
import { SimpleRouter } from './simple-router.js';

/** `implementation` to what it is in this process (reference seldon-v1.md, section 4.3: the Java engine's). */
export const BUILT_IN: Readonly<Record<string, new (node: string) => Component>> = {
  SIMPLE_MODEL: SimpleModel,
  SIMPLE_ROUTER: SimpleRouter,
  AVERAGE_COMBINER: AverageCombiner,
};

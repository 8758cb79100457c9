import type { OperatorConfig } from '../operator-config.js';
import { ADMITTED } from './admission-review.js';
import { isOfClass } from './admitted-deployment.js';
import { withDefaults } from './default.js';
import { validate } from './validate.js';
import type { Handler, Handlers } from './webhook-server.js';

/** A deployment that leaves for another class is asked about as well, and is that one's to judge. */
export function handlersFor({ class: name, render }: Pick<OperatorConfig, 'class' | 'render'>): Handlers {
  const ours =
    (handle: Handler): Handler =>
    (request) =>
      isOfClass(request, name) ? handle(request) : ADMITTED;
  return { '/validate': ours((request) => validate(request, render)), '/default': ours(withDefaults) };
}

/** Stands for a policy where a node's own component makes the choice, by a rule that is not known here. */
export const COMPONENT_POLICY = 'component';

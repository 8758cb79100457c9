import type { Command } from 'commander';
import { addComponent } from './component.js';
import { addDemo } from './demo.js';
import { addUp } from './up.js';
import { addVerify } from './verify.js';

/** In the order of the help. A new command is one file and one line. */
export const commands: readonly ((program: Command) => void)[] = [addUp, addDemo, addVerify, addComponent];

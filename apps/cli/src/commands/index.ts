import type { Command } from 'commander';
import { addAdmin } from './admin.js';
import { addComponent } from './component.js';
import { addCrd } from './crd.js';
import { addDemo } from './demo.js';
import { addFetch } from './fetch.js';
import { addMigrate } from './migrate.js';
import { addMigrateFromSeldon } from './migrate-from-seldon.js';
import { addOperator } from './operator.js';
import { addPipeline } from './pipeline.js';
import { addRegister } from './register.js';
import { addRender } from './render.js';
import { addRouter } from './router.js';
import { addTrainer } from './trainer.js';
import { addUp } from './up.js';
import { addVerify } from './verify.js';

/** In the order of the help. A new command is one file and one line. */
export const commands: readonly ((program: Command) => void)[] = [
  addUp,
  addDemo,
  addVerify,
  addComponent,
  addRouter,
  addTrainer,
  addAdmin,
  addOperator,
  addMigrate,
  addRegister,
  addFetch,
  addRender,
  addMigrateFromSeldon,
  addCrd,
  addPipeline,
];

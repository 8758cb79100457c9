import { type Command, Option } from 'commander';
import type { DemoOptions } from '../demo/demo.js';
import { adminPortOption, dataDirOption, httpUrl, integer, portOption } from '../options.js';

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('Send penguins as traffic, with the truth as reward, and watch the better model win.')
    .addOption(new Option('--url <url>', 'router (default: http://127.0.0.1 and --port)').argParser(httpUrl))
    .addOption(new Option('--admin-url <url>', 'admin API (default: likewise)').argParser(httpUrl))
    .option('--admin-key <key>', 'needed by --policy (default: SWITCHYARD_ADMIN_KEY)')
    .option('--policy <name>', 'first make this the policy: thompson-sampling, epsilon-greedy, random')
    .addOption(
      new Option('-n, --count <number>', 'predictions').argParser(integer(1, 100_000_000)).default(2000),
    )
    .addOption(new Option('--concurrency <number>', 'at a time').argParser(integer(1, 1000)).default(8))
    .addOption(
      new Option('--seed <number>', 'order of the penguins').argParser(integer(0, 2 ** 31)).default(1),
    )
    .option('--deployment <namespace/name>', 'that serves the penguins', 'default/penguins')
    .option('--no-start', 'fail where nothing answers, instead of starting an instance for the demo')
    .addOption(portOption())
    .addOption(adminPortOption())
    .addOption(dataDirOption())
    .addHelpText('after', HELP)
    .action(demo);
}

const HELP = `
Examples:
  $ switchyard demo
  $ switchyard demo --count 500 --seed 7
  $ switchyard demo --policy epsilon-greedy --admin-key sk_...
  $ switchyard demo --url http://127.0.0.1:9000 --admin-url http://127.0.0.1:9080 --no-start`;

async function demo(options: DemoOptions): Promise<void> {
  const demonstration = await import('../demo/demo.js');
  await demonstration.demo(options);
}

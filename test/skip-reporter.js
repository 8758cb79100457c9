import { relative } from 'node:path';

/**
 * Says at the end which tests were skipped (their titles name the reason), and prints the totals alone on the
 * last line. A file that could not be run counts as one failure. It waits for the process's exit, because
 * Jest prints its own summary after every other reporter.
 */
export default class SkipReporter {
  #results = null;

  constructor() {
    process.once('exit', () => this.#print(this.#results));
  }

  onRunComplete(_contexts, results) {
    this.#results = results;
  }

  #print(results) {
    if (results === null) return;
    const skipped = results.testResults.flatMap(skippedOfFile);
    if (skipped.length > 0) write(['', 'Skipped:', ...skipped]);
    const failures = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skips = results.numPendingTests + results.numTodoTests;
    write([`${results.numPassedTests} passed, ${failures} failed, ${skips} skipped`]);
  }
}

/** A group that was skipped as a whole is one line; its title has the reason. */
function skippedOfFile({ testFilePath, testResults }) {
  const file = relative(process.cwd(), testFilePath);
  return [...groupedBy(testResults, groupTitle)].flatMap(([group, tests]) => {
    const skipped = tests.filter(({ status }) => status === 'pending' || status === 'todo');
    if (group !== '' && skipped.length === tests.length) {
      return [`  ${file}: ${group} (${tests.length} ${tests.length === 1 ? 'test' : 'tests'})`];
    }
    return skipped.map(({ fullName }) => `  ${file}: ${fullName}`);
  });
}

function groupTitle({ ancestorTitles }) {
  return ancestorTitles.join(' > ');
}

function groupedBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** To the stream that Jest writes its own summary to, so that the order stays. */
function write(lines) {
  process.stderr.write(`${lines.join('\n')}\n`);
}

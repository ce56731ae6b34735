import { TestEnvironment } from 'jest-environment-node';

/** How long a world may take to say how it stands. */
const patienceMs = 5_000;

/**
 * Jest's environment; a test that runs into its limit also says how the worlds stand in which it waited
 * (`workflow-world/how-it-stands.ts`), as most of those that hang do so once in hundreds of runs.
 */
export default class TimedOut extends TestEnvironment {
  async handleTestEvent({ name, error, test }) {
    // Who waits for something in a test that is over stops looking for it.
    if (name === 'test_done')
      this.global[Symbol.for('slipway.tests')] = (this.global[Symbol.for('slipway.tests')] ?? 0) + 1;
    if (name !== 'test_fn_failure' || !String(error?.message ?? error).includes('Exceeded timeout')) return;
    const worlds = this.global[Symbol.for('slipway.worlds')] ?? [];
    for (const world of worlds) {
      const report = new Error(await told(world));
      report.stack = report.message; // where it was asked says nothing
      test.errors.push([report, undefined]);
    }
  }
}

async function told(howItStands) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(`the world said nothing within ${patienceMs} ms`), patienceMs);
  });
  const answer = howItStands().catch((error) => `the world could not say how it stands: ${error}`);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

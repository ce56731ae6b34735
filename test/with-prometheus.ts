import { describe, expect, test } from '@jest/globals';
import { findPrometheus } from '../infra/local/tools/prometheus.ts';

type Found = Awaited<ReturnType<typeof findPrometheus>>;

/** Set by `.ci/run`: there a test that can't run has failed. On a machine of one's own it is skipped, with the reason. */
const mayNotSkip = process.env.NO_TEST_SKIPPED === '1';

export const foundPrometheus: Found = await findPrometheus();

/** What becomes of tests that need one. `fail` says why. */
export function needed(
  found: Found,
  noneSkipped: boolean,
): { readonly do: 'run' | 'skip' } | { readonly fail: string } {
  if (found.file !== null) return { do: 'run' };
  if (!noneSkipped) return { do: 'skip' };
  const hint = 'Let apt-get reach its packages, or put a prometheus and its promtool on PATH.';
  return { fail: `these tests need a Prometheus, and may not be skipped here: ${found.why}. ${hint}` };
}

/** Tests that need a Prometheus. */
export function describeWithPrometheus(name: string, tests: () => void): void {
  const what = needed(foundPrometheus, mayNotSkip);
  if ('fail' in what) {
    test(`${name}: there is a Prometheus`, () => expect(what.fail).toBeUndefined());
    return;
  }
  if (foundPrometheus.file === null) process.stderr.write(`${name}: not tested: ${foundPrometheus.why}\n`);
  (what.do === 'run' ? describe : describe.skip)(name, tests);
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { needed } from './with-prometheus.ts';

const none = { file: null, why: "Debian's package prometheus can't be had: no route" } as const;

test.each([
  ['run where there is one', { file: '/usr/bin/prometheus' }, true, { do: 'run' }],
  ['are skipped on a machine without', none, false, { do: 'skip' }],
])('tests that need a Prometheus %s', (_, found, noneSkipped, what) =>
  expect(needed(found, noneSkipped)).toEqual(what),
);

test('tests that need a Prometheus fail in CI without one, and say why and what to do', async () => {
  expect(needed(none, true)).toEqual({
    fail:
      "these tests need a Prometheus, and may not be skipped here: Debian's package prometheus can't be had: no route. " +
      'Let apt-get reach its packages, or put a prometheus and its promtool on PATH.',
  });
  expect(await readFile(path.join(import.meta.dirname, '../.ci/run'), 'utf8')).toMatch(/^export NO_TEST_SKIPPED=1$/m);
});

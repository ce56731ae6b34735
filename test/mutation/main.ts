/** `npm run mutate`: exit code 0, 1 when the score is below `--least`, 2 for a mistake in the command. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { PartialStrykerOptions } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { longestTestMs, readMutateOptions } from './options.ts';
import type { MutateOptions } from './options.ts';
import { percentOf, scoresOf, survivorLines } from './score.ts';

const project = path.resolve(import.meta.dirname, '../..');
process.chdir(project);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function strykerOptions({ places, json, longestMs }: MutateOptions): PartialStrykerOptions {
  const wanted = (places.length === 0 ? ['.'] : places).map((place) => path.join('domain', place));
  return {
    mutate: [
      ...wanted.map((place) => (statSync(place).isDirectory() ? `${place}/**/*.ts` : place)),
      '!**/*.test.ts',
      '!**/*.fixture.ts',
      '!**/testing/**',
      '!domain/host/simulated-*.ts',
    ],
    // Each has its copy of what tests of domain/ import, in a folder that the project's other tools pass over.
    tempDirName: '.slipway/mutation',
    ignorePatterns: ['*', '!domain/**', '!protocol/**', '!test/**', '!package.json'],
    testRunner: 'domain',
    [longestTestMs]: longestMs,
    plugins: [path.join(import.meta.dirname, 'runner.ts')],
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // Modules that were loaded again for a mutant stay in memory.
    maxTestRunnerReuse: 400,
    // An endless loop is found by counting; this is for one without a mutant in it. Long, or load would count as noticed.
    timeoutMS: 30_000,
    // It runs every test of domain/: minutes, where others use the processor, too.
    dryRunTimeoutMinutes: 30,
    reporters: ['progress-append-only', ...(json === null ? [] : ['json'])],
    ...(json !== null && { jsonReporter: { fileName: json } }),
    logLevel: 'warn' as never,
    warnings: false,
    allowConsoleColors: false,
  };
}

const options = readMutateOptions(process.argv.slice(2));
const startedAt = performance.now();
const mutants = (await new Stryker(strykerOptions(options)).runMutationTest()).map((mutant) => ({
  ...mutant,
  fileName: path.relative(project, mutant.fileName),
}));
for (const line of survivorLines(mutants, (file) => readFileSync(file, 'utf8'))) say(line);
const scores = scoresOf(mutants);
for (const score of scores)
  say(
    `${score.place}: ${percentOf(score).toFixed(1)} %, ${score.noticed} of ${score.mutants} (${score.endless} without end)`,
  );
say(`in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
process.exitCode = percentOf(scores.at(-1)!) < options.least ? 1 : 0;

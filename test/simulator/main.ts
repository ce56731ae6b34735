/** `npm run simulate`: exit code 0 when all promises held, 1 when one did not, 2 for a mistake in the command. */
import { writeFileSync } from 'node:fs';
import { realDecisions } from './decisions.ts';
import { boundsText, searches, shortSearches } from './exhaustive/bounds.ts';
import { search } from './exhaustive/search.ts';
import { readSimulateOptions } from './options.ts';
import type { SimulateOptions } from './options.ts';
import { planted } from './planted.ts';
import { linesOf } from './random/course.ts';
import type { SeedRun } from './random/run-seed.ts';
import { runSeeds } from './random/run-seeds.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

type Found = Readonly<Record<string, unknown>> & { readonly broken: readonly unknown[] };

function simulate({ seeds, from, trace, plant }: SimulateOptions): Found {
  const decisions = plant === undefined ? realDecisions : planted[plant];
  const again = plant === undefined ? '' : ` --plant ${plant}`;
  const onSeed = ({ broken, course }: SeedRun): void => {
    if (trace) for (const line of linesOf(course)) say(line);
    if (broken === null) return;
    const { seed, promise, sentence, events } = broken;
    say(`seed ${seed}: PROMISE ${promise}: ${sentence}`);
    if (!trace) for (const line of events) say(`  ${line.slice(0, 200)}`);
    say(`  again: npm run simulate -- --seeds 1 --from ${seed} --trace${again}`);
  };
  const result = runSeeds({ seeds, from, decisions, onSeed });
  const seconds = (result.wallMs / 1000).toFixed(1);
  say(`${seeds} seeds, ${result.events} events in ${seconds} s: ${result.broken.length} promises broken`);
  const { user, system } = process.cpuUsage();
  return { ...result, cpuMs: Math.round((user + system) / 1000) };
}

function searchAll({ short }: SimulateOptions): Found {
  const startedAt = performance.now();
  const found = (short ? shortSearches : searches).map((bounds) => {
    const begunAt = performance.now();
    const result = search({ bounds, decisions: realDecisions, mostStates: 500_000 });
    const wallMs = Math.round(performance.now() - begunAt);
    const { states, transitions, depth, ends, complete, broken } = result;
    const what = complete ? 'complete' : 'NOT COMPLETE';
    say(`${boundsText(bounds)}: ${states} states, ${transitions} transitions, depth ${depth}, ${ends} ends, ${what}`);
    if (broken !== null) say(`  PROMISE ${broken.promise}: ${broken.sentence}\n    ${broken.trace.join('\n    ')}`);
    return { bounds, wallMs, ...result };
  });
  const states = found.reduce((sum, one) => sum + one.states, 0);
  const transitions = found.reduce((sum, one) => sum + one.transitions, 0);
  const broken = found.filter((one) => one.broken !== null || !one.complete);
  const [wallMs, rssBytes] = [Math.round(performance.now() - startedAt), process.memoryUsage.rss()];
  say(`${states} states in ${(wallMs / 1000).toFixed(1)} s: ${broken.length} searches found a broken promise`);
  return { searches: found, states, transitions, wallMs, rssBytes, broken };
}

const options = readSimulateOptions(process.argv.slice(2));
const result = options.exhaustive ? searchAll(options) : simulate(options);
if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
process.exitCode = result.broken.length === 0 ? 0 : 1;

/** `npm run crash`: kills programs of an embedded Slipway in the middle of deployments, and checks what it promises. */
import { openSampleRepository } from '../../infra/local/demo/sample-repository.ts';
import { startTemporaryStack } from '../../infra/local/temporary-stack.ts';
import type { KnownRelease } from './evidence/evidence.ts';
import { readAudit } from './evidence/read-centre.ts';
import { figuresOf, writeFigures, type CrashFigures, type RunRow } from './figures.ts';
import { readCrashOptions, type CrashOptions } from './options.ts';
import { noSecrets } from './promises/no-secrets.ts';
import { openRunSettings } from './run/open-run-settings.ts';
import { deployFirst, runScenario, StuckError } from './run/run-scenario.ts';
import type { RunSettings } from './run/run-settings.ts';
import { drawScenarios } from './scenario/draw-scenarios.ts';
import { scenarioText, type Scenario } from './scenario/scenario.ts';
import { openRunningStack, type RunningStack } from './stack/running-stack.ts';

const stop = new AbortController();
// A terminal's Ctrl-C arrives several times: by itself, by npm and by the launcher.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** All that was found so far. */
interface Findings {
  readonly rows: RunRow[];
  /** Secrets that were seen where they must not be. */
  readonly leaks: string[];
  restarts: number;
}

async function main(options: CrashOptions): Promise<number> {
  const found: Findings = { rows: [], leaks: [], restarts: 0 };
  while (found.rows.length < options.runs && !stop.signal.aborted) {
    const { shape, stack, close } = await startTemporaryStack({ ...options, purpose: 'crash', say });
    try {
      await runOn(openRunningStack(shape.data.root), options, found);
    } finally {
      found.restarts += stack.processes.reduce((sum, each) => sum + each.restarts(), 0);
      await close(options);
    }
  }
  const { ok, runs, lost, doubled, stuck, broken } = write(options, found);
  say(`${runs} runs: ${lost} lost, ${doubled} doubled, ${stuck} stuck, ${broken.length} promises broken`);
  return ok && runs === options.runs ? 0 : 1;
}

/** Runs on one stack until all are done or one is stuck, which spoils it. */
async function runOn(running: RunningStack, options: CrashOptions, found: Findings): Promise<void> {
  const repository = await openSampleRepository(running.data.sample, running.regions);
  const settings = await openRunSettings(running, repository);
  const scenarios = drawScenarios(options.runs, { seed: options.seed, places: running.places });
  try {
    let before: KnownRelease | null = await deployFirst(settings);
    for (const scenario of scenarios.slice(found.rows.length)) {
      if (stop.signal.aborted || before === null) break;
      const run = found.rows.length + 1;
      say(`${run} of ${options.runs}: ${scenarioText(scenario)}`);
      const { row, after } = await runOne(settings, scenario, before, run);
      found.rows.push(row);
      write(options, found);
      before = after;
    }
    found.leaks.push(...noSecrets(running.data, JSON.stringify(await readAudit(settings.databases))));
  } finally {
    await settings.databases.close();
  }
}

/** After each run: an interrupted set tells what it has seen. */
function write({ seed, json }: CrashOptions, { rows, leaks, restarts }: Findings): CrashFigures {
  const figures = figuresOf(seed, rows, restarts, leaks);
  if (json !== null) writeFigures(json, figures);
  return figures;
}

/** `after` is `null` when the run was stuck. */
async function runOne(
  settings: RunSettings,
  scenario: Scenario,
  before: KnownRelease,
  run: number,
): Promise<{ readonly row: RunRow; readonly after: KnownRelease | null }> {
  const what = { run, scenario: scenarioText(scenario) };
  try {
    const { after, killed, ...result } = await runScenario(settings, scenario, { before, name: String(run) });
    const seconds = (result.durationMs / 1000).toFixed(1);
    say(`  ${result.outcomes.join(', then ')} after ${seconds} s, ${killed.length} killed`);
    for (const { promise, sentence } of result.broken) say(`  PROMISE ${promise}: ${sentence}`);
    return { row: { ...what, killed, result, stuck: null }, after };
  } catch (error) {
    if (!(error instanceof StuckError)) throw error;
    say(`  STUCK: ${error.run.missing}`);
    return { row: { ...what, killed: error.killed, result: null, stuck: error.run }, after: null };
  }
}

process.exitCode = await main(readCrashOptions(process.argv.slice(2)));
process.exit();

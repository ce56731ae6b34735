/** `npm run crash`: harms an embedded Slipway in the middle of deployments, and checks what it promises. */
import { startTemporaryStack } from '../../infra/local/temporary-stack.ts';
import type { KnownRelease } from './evidence/evidence.ts';
import { readAudit } from './evidence/read-centre.ts';
import { figuresOf, writeFigures, type CrashFigures, type RunRow } from './figures.ts';
import { kindsWith, type Means } from './harm/means.ts';
import { prepareMeans } from './harm/prepare-means.ts';
import { readCrashOptions, reproduce, type CrashOptions } from './options.ts';
import { noSecrets } from './promises/no-secrets.ts';
import { openRunSettings } from './run/open-run-settings.ts';
import { deployFirst, runScenario, StuckError } from './run/run-scenario.ts';
import type { RunSettings } from './run/run-settings.ts';
import { openSecretSample } from './run/secret-sample.ts';
import { drawScenarios } from './scenario/draw-scenarios.ts';
import { scenarioText, type Scenario } from './scenario/scenario.ts';
import { clearEarlier } from './stack/clear-earlier.ts';
import { openRunningStack, type RunningStack } from './stack/running-stack.ts';

const purpose = 'crash';
const startedAt = performance.now();
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

interface NumberedScenario {
  readonly run: number;
  readonly scenario: Scenario;
}

async function main(options: CrashOptions): Promise<number> {
  await clearEarlier(purpose, say);
  const found: Findings = { rows: [], leaks: [], restarts: 0 };
  const wanted = options.only === null ? options.runs : 1;
  while (found.rows.length < wanted && !stop.signal.aborted) {
    let means: Means | null = null;
    const prepare = async (...given: Parameters<typeof prepareMeans>) => {
      const prepared = await prepareMeans(...given);
      means = prepared.means;
      return prepared;
    };
    const { shape, stack, close } = await startTemporaryStack({ ...options, purpose, say, prepare, stop: stop.signal });
    try {
      await runOn(openRunningStack(shape.data.root), means!, options, found);
    } finally {
      found.restarts += stack.processes.reduce((sum, each) => sum + each.restarts(), 0);
      await close(options);
    }
  }
  const { ok, runs, lost, doubled, stuck, broken } = write(options, found);
  say(`${runs} runs: ${lost} lost, ${doubled} doubled, ${stuck} stuck, ${broken.length} promises broken`);
  return ok && runs === wanted ? 0 : 1;
}

/** Runs on one stack until all are done or one is stuck, which spoils it. */
async function runOn(running: RunningStack, means: Means, options: CrashOptions, found: Findings): Promise<void> {
  const repository = await openSecretSample(running);
  const settings = await openRunSettings(running, repository, means);
  try {
    let before: KnownRelease | null = await deployFirst(settings, stop.signal);
    for (const numbered of scenariosOf(running, means, options).slice(found.rows.length)) {
      if (stop.signal.aborted || before === null) break;
      say(`${numbered.run} of ${options.runs}: ${scenarioText(numbered.scenario)}`);
      const done = await runOne(settings, numbered, before);
      if (done === null) break;
      found.rows.push(done.row);
      if (isBad(done.row)) say(`  again: ${reproduce(options, numbered.run)}`);
      write(options, found);
      before = done.after;
    }
    found.leaks.push(...noSecrets(running.data, JSON.stringify(await readAudit(settings.databases))));
  } finally {
    await settings.databases.close();
  }
}

function scenariosOf({ places }: RunningStack, means: Means, options: CrashOptions): readonly NumberedScenario[] {
  const possible = kindsWith(means);
  if (!possible.includes('fill')) say('no disk is filled: that needs root');
  const { seed, freezeMs, shape, fault } = options;
  const kinds = fault === null ? possible : possible.filter((kind) => kind === fault);
  if (kinds.length === 0) throw new Error(`${fault} can't be made here`);
  const drawn = drawScenarios(options.runs, { seed, places, kinds, freezeMs, ...(shape !== null && { shape }) });
  const numbered = drawn.map((scenario, index) => ({ run: index + 1, scenario }));
  return options.only === null ? numbered : numbered.slice(options.only - 1, options.only);
}

const isBad = ({ result }: RunRow): boolean => result === null || result.broken.length > 0;

/** After each run: an interrupted set tells what it has seen. */
function write({ seed, json }: CrashOptions, { rows, leaks, restarts }: Findings): CrashFigures {
  const figures = figuresOf(rows, { seed, restarts, leaks, wallMs: Math.round(performance.now() - startedAt) });
  if (json !== null) writeFigures(json, figures);
  return figures;
}

/** `after` is `null` when the run was stuck; all is, when it was interrupted. */
async function runOne(
  settings: RunSettings,
  { run, scenario }: NumberedScenario,
  before: KnownRelease,
): Promise<{ readonly row: RunRow; readonly after: KnownRelease | null } | null> {
  const what = { run, shape: scenario.shape, scenario: scenarioText(scenario) };
  try {
    const options = { before, name: String(run), interrupted: stop.signal };
    const { after, harmed, ...result } = await runScenario(settings, scenario, options);
    const seconds = (result.durationMs / 1000).toFixed(1);
    const faults = harmed.length === 1 ? '1 fault' : `${harmed.length} faults`;
    say(`  ${result.outcomes.join(', then ')} after ${seconds} s, ${faults}`);
    for (const { promise, sentence } of result.broken) say(`  PROMISE ${promise}: ${sentence}`);
    return { row: { ...what, harmed, result, stuck: null }, after };
  } catch (error) {
    if (stop.signal.aborted) return null;
    if (!(error instanceof StuckError)) throw error;
    say(`  STUCK: ${error.run.missing}`);
    return { row: { ...what, harmed: error.harmed, result: null, stuck: error.run }, after: null };
  }
}

try {
  process.exitCode = await main(readCrashOptions(process.argv.slice(2)));
} catch (error) {
  if (!stop.signal.aborted) throw error;
  say('interrupted');
  process.exitCode = 1;
}
process.exit();

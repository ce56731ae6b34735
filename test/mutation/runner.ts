import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import type { CoverageData, CoveragePerTestId, InstrumenterContext, StrykerOptions } from '@stryker-mutator/api/core';
import { PluginKind, commonTokens, declareClassPlugin, tokens } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  TestStatus,
  determineHitLimitReached,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import type {
  DryRunResult,
  MutantRunOptions,
  MutantRunResult,
  TestResult,
  TestRunner,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import { makeLoader } from './loading.ts';
import { longestTestMs } from './options.ts';
import { loadSuite, runSuite } from './suite.ts';
import type { Suite, TestRun } from './suite.ts';

/** What the branches of a loaded module look at. `undefined` counts as absent there. */
type Context = { -readonly [Key in keyof InstrumenterContext]: InstrumenterContext[Key] | undefined };
const context: Context = ((globalThis as Record<string, unknown>)[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});

/** Loaded modules write into this object, so it stays the same one. */
const coverage = (context.mutantCoverage ??= { static: {}, perTest: {} });

/** Drawn the same for each mutant, so that a score can be had again; and the first counterexample is enough. */
fc.configureGlobal({ seed: 412, endOnFailure: true });

/** By id of a mutant: the tests that run it, and the files of tests that run it while they load. */
interface Reached {
  readonly byTests: Readonly<Record<string, readonly string[]>>;
  readonly byFiles: Readonly<Record<string, readonly string[]>>;
  /** How long each test takes. */
  readonly ms: Readonly<Record<string, number>>;
}

/** For a process that goes on after another one, which a mutant has hung. */
const reachedFile = 'reached.json';

/**
 * Runs the tests of `domain/` in one process, against modules that are loaded once: a mutant is a branch in them that is
 * switched on while its tests run. What runs while a module loads (tables, lists) is loaded again for each mutant in it.
 * Stryker gives the process a copy of the project, with all mutants in it, as its working directory.
 */
class DomainTestRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);
  readonly #longestMs: number;
  readonly #loader = makeLoader(process.cwd());
  readonly #files = globSync('domain/**/*.test.ts').toSorted();
  #loaded: readonly Suite[] = [];
  #generation = 0;
  #reached: Reached = { byTests: {}, byFiles: {}, ms: {} };

  constructor({ [longestTestMs]: ms = null }: StrykerOptions & { readonly [longestTestMs]?: number | null }) {
    this.#longestMs = ms ?? Infinity;
  }

  capabilities(): { readonly reloadEnvironment: boolean } {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    this.#loaded = await this.#load(this.#files);
    if (existsSync(reachedFile)) this.#reached = JSON.parse(readFileSync(reachedFile, 'utf8')) as Reached;
  }

  async dryRun(): Promise<DryRunResult> {
    const runs = await this.#run(this.#loaded, () => true, false);
    const perTest = coverage.perTest;
    const perFile = await this.#reachedByLoading();
    // What passes only the first time in the same modules would kill every mutant after it.
    const again = await this.#run(this.#loaded, () => true, false);
    const ms = Object.fromEntries(again.map(({ test, ms: took }) => [test.id, took]));
    this.#reached = { byTests: byMutant(perTest), byFiles: byMutant(perFile), ms };
    writeFileSync(reachedFile, JSON.stringify(this.#reached));
    return {
      status: DryRunStatus.Complete,
      tests: resultsOf([...runs, ...again.filter(({ failure }) => failure !== null)]),
      mutantCoverage: { perTest, static: Object.assign({}, ...Object.values(perFile)) as CoverageData },
    };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { id } = options.activeMutant;
    context.hitCount = options.hitLimit === undefined ? undefined : 0;
    context.hitLimit = options.hitLimit;
    try {
      const switchedOn = await this.#switchedOn(options, new Set(options.testFilter ?? this.#reached.byTests[id]));
      const killed = switchedOn.some(({ status }) => status === TestStatus.Failed);
      const anew = killed || options.mutantActivation === 'runtime' ? [] : await this.#anew(options);
      const limited = determineHitLimitReached(context.hitCount, context.hitLimit);
      const complete = { status: DryRunStatus.Complete as const, tests: [...switchedOn, ...anew] };
      return toMutantRunResult(limited ?? complete);
    } finally {
      context.activeMutant = undefined;
    }
  }

  async #switchedOn({ activeMutant }: MutantRunOptions, wanted: ReadonlySet<string>): Promise<TestResult[]> {
    const isWanted = (id: string): boolean => wanted.has(id) && this.#isShort(id);
    const suites = this.#loaded.filter(({ tests }) => tests.some(({ id }) => isWanted(id)));
    context.activeMutant = activeMutant.id;
    return resultsOf(await this.#run(this.#shortestFirst(suites, isWanted), isWanted, true));
  }

  /** One file after the other, since loading takes longer than running. One that doesn't load any more has failed. */
  async #anew({ activeMutant }: MutantRunOptions): Promise<TestResult[]> {
    const files = new Set(this.#reached.byFiles[activeMutant.id]);
    const suites = this.#loaded.filter(({ file }) => files.has(file));
    context.activeMutant = activeMutant.id;
    const results: TestResult[] = [];
    for (const { file } of this.#shortestFirst(suites, (id) => this.#isShort(id))) {
      const loaded = await this.#load([file]).catch((error: unknown) => String(error));
      if (typeof loaded === 'string') return [...results, failed(`${file} loads`, file, loaded)];
      const runs = await this.#run(loaded, (id) => this.#isShort(id), true);
      results.push(...resultsOf(runs));
      if (runs.some(({ failure }) => failure !== null)) break;
    }
    return results;
  }

  #isShort(id: string): boolean {
    return (this.#reached.ms[id] ?? 0) <= this.#longestMs;
  }

  /** Most mutants fall to a table, which takes milliseconds; courses of random events take seconds. */
  #shortestFirst(suites: readonly Suite[], isWanted: (id: string) => boolean): readonly Suite[] {
    const msOf = ({ tests }: Suite): number =>
      tests.reduce((sum, { id }) => sum + (isWanted(id) ? (this.#reached.ms[id] ?? 0) : 0), 0);
    return suites.toSorted((a, b) => msOf(a) - msOf(b));
  }

  /** Each file in modules of its own, or only the first one would reach what runs when a shared module loads. */
  async #reachedByLoading(): Promise<CoveragePerTestId> {
    const perFile: CoveragePerTestId = {};
    for (const file of this.#files) {
      coverage.static = {};
      await this.#load([file]);
      perFile[file] = coverage.static;
    }
    return perFile;
  }

  async #load(files: readonly string[]): Promise<readonly Suite[]> {
    const generation = (this.#generation += 1);
    const suites: Suite[] = [];
    for (const file of files) suites.push(await loadSuite(file, () => this.#loader.load(file, generation)));
    return suites;
  }

  async #run(suites: readonly Suite[], wanted: (id: string) => boolean, bail: boolean): Promise<readonly TestRun[]> {
    const runs: TestRun[] = [];
    for (const suite of suites) {
      runs.push(...(await runSuite(suite, { wanted, bail, began: (id) => (context.currentTestId = id) })));
      context.currentTestId = undefined;
      if (bail && runs.some(({ failure }) => failure !== null)) break;
    }
    return runs;
  }
}

function byMutant(coverage: CoveragePerTestId): Readonly<Record<string, readonly string[]>> {
  const reached: Record<string, string[]> = {};
  for (const [by, mutants] of Object.entries(coverage))
    for (const mutant of Object.keys(mutants)) (reached[mutant] ??= []).push(by);
  return reached;
}

function resultsOf(runs: readonly TestRun[]): TestResult[] {
  return runs.map(({ test: { id, name }, failure, ms }) => {
    const result = { id, name, timeSpentMs: ms, fileName: id.split(' › ')[0]! };
    return failure === null
      ? { ...result, status: TestStatus.Success as const }
      : { ...result, status: TestStatus.Failed as const, failureMessage: failure };
  });
}

function failed(id: string, fileName: string, failureMessage: string): TestResult {
  return { id, name: id, timeSpentMs: 0, fileName, status: TestStatus.Failed, failureMessage };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'domain', DomainTestRunner)];

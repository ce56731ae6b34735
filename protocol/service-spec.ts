import { writtenHooks, type Hook, type HookLists, type Hooks } from '../domain/hook/hook.ts';
import { regionName, serviceName } from '../domain/names.ts';
import type { ServiceSpec, SpecProblem } from '../domain/spec/service-spec.ts';
import { readBoundedYaml } from './bounded-yaml.ts';
import { canonicalJson } from './canonical-json.ts';
import { pathText, problemsOf } from './service-spec-mistakes.ts';
import { approveOf } from './service-spec-approve.ts';
import { checksOf, metricOf, verifyOf } from './service-spec-gates.ts';
import { healthOf } from './service-spec-health.ts';
import { runOf } from './service-spec-run.ts';
import { serviceSpecSchema, type WrittenSpec } from './service-spec-schema.ts';
import { spelledOut } from './service-spec-spelled-out.ts';
import { takeUnsupported } from './service-spec-unsupported.ts';

export const serviceSpecFile = 'slipway.yaml';
export const serviceSpecMaxBytes = 64 * 1024;
/** A person corrects a few and looks again; a hostile file could make thousands. */
const maxProblems = 20;

export type ServiceSpecResult =
  | { readonly ok: true; readonly spec: ServiceSpec }
  /** In the order of the file, at most 20. */
  | { readonly ok: false; readonly problems: readonly SpecProblem[] };

/**
 * Parses `slipway.yaml` (docs/design.md §7), from bytes or text, and fills in defaults. `fileName` is what the problems
 * call the file where they are about all of it. Never throws, whatever the content.
 */
export function parseServiceSpec(source: string | Uint8Array, fileName: string = serviceSpecFile): ServiceSpecResult {
  const yaml = readBoundedYaml(source, serviceSpecMaxBytes);
  if (!yaml.ok) {
    return refused(
      yaml.mistakes.map(({ path, place, message }) => ({ path: pathText(path) || fileName, ...place, message })),
    );
  }
  const unsupported = takeUnsupported(yaml.value);
  const parsed = serviceSpecSchema.safeParse(yaml.value);
  if (parsed.success && unsupported.length === 0) return { ok: true, spec: specOf(parsed.data) };
  const parents = unsupported.map(({ path }) => path.slice(0, -1));
  const problems = [
    ...unsupported.map(({ path, message }) => ({ path: pathText(path), ...yaml.placeOf(path, 'key'), message })),
    ...problemsOf(parsed.error?.issues ?? [], yaml, parents),
  ];
  return refused(problems.map((problem) => ({ ...problem, path: problem.path || fileName })));
}

/**
 * What is wrong with a spec that somebody else parsed: `null` only for one that `parseServiceSpec` can give. It is spelled
 * out again and read by the same rules. Never throws, whatever it is.
 */
export function parsedSpecMistake(spec: ServiceSpec): string | null {
  try {
    const parsed = serviceSpecSchema.safeParse(spelledOut(spec));
    if (!parsed.success) {
      const [first] = parsed.error.issues;
      return `${pathText((first?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part))))} ${first?.message}`;
    }
    return canonicalJson(specOf(parsed.data)) === canonicalJson(spec) ? null : 'it holds what no spec holds';
  } catch {
    return 'it is not a spec';
  }
}

/** `slipway.yaml:14:7 rollout.stages[0].batches: must be a list of batches` */
export const specProblemText = (problem: SpecProblem, fileName: string = serviceSpecFile): string =>
  `${fileName}:${problem.line}:${problem.column} ${problem.path}: ${problem.message}`;

function refused(problems: readonly SpecProblem[]): ServiceSpecResult {
  const inOrder = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { ok: false, problems: inOrder.slice(0, maxProblems) };
}

function specOf(written: WrittenSpec): ServiceSpec {
  const { build, checks, run, health, approve, rollback, compatibleWith } = written;
  const hooks = hooksOf(written.hooks);
  return {
    service: serviceName(written.service),
    build: { run: build.run ?? null, output: build.output, timeoutMs: build.timeout },
    checks: checks ? checksOf(checks) : null,
    run: runOf(run),
    on: run.on,
    health: healthOf(health),
    approve: approve ? approveOf(approve) : null,
    ...(hooks && { hooks }),
    ...(compatibleWith === 'none' && { compatibleWith }),
    rollout: rolloutOf(written.rollout),
    rollback,
  };
}

/** Left out where there are none, as in specs of before there were any. */
function hooksOf(written: WrittenSpec['hooks']): Hooks | undefined {
  if (written === undefined) return undefined;
  const hooks = { ...listsOf(written), region: listsOf(written.region) };
  return writtenHooks(hooks).length === 0 ? undefined : hooks;
}

const listsOf = ({ before, after }: Pick<NonNullable<WrittenSpec['hooks']>, 'before' | 'after'>): HookLists => ({
  before: before.map(hookOf),
  after: after.map(hookOf),
});

type WrittenHook = NonNullable<WrittenSpec['hooks']>['before'][number];

const hookOf = ({ run, undo, timeout, mayStay, destructive }: WrittenHook): Hook => ({
  run,
  undo: undo ?? null,
  timeoutMs: timeout,
  mayStay,
  destructive,
});

function rolloutOf(written: WrittenSpec['rollout']): ServiceSpec['rollout'] {
  const { stages, budget, batchTimeout, absentAfter, undoDeadline, verify, window } = written;
  return {
    stages: stages.map(({ name, regions, batches, bake, approve, metrics }) => ({
      name,
      regions: regions.map(regionName),
      batches,
      bakeMs: bake,
      ...(approve && { approve: approveOf(approve) }),
      ...(metrics && { metrics: metrics.map(metricOf) }),
    })),
    budget: { failedPercent: budget.failed, cap: budget.cap },
    batchTimeoutMs: batchTimeout,
    absentAfterMs: absentAfter,
    undoDeadlineMs: undoDeadline,
    verify: verify ? verifyOf(verify) : null,
    ...(window && { window: { every: 'week' as const, ...window } }),
  };
}

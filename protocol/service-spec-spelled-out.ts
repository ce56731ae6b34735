import type { Weekly } from '../domain/calendar/recurrence.ts';
import type { Hook, HookLists } from '../domain/hook/hook.ts';
import type { ServiceSpec, Share } from '../domain/spec/service-spec.ts';
import { spelledOutApprove } from './service-spec-approve.ts';
import { spelledOutChecks, spelledOutMetric, spelledOutVerify } from './service-spec-gates.ts';
import { spelledOutHealth } from './service-spec-health.ts';
import { spelledOutRun } from './service-spec-run.ts';
import type { serviceSpecSchema } from './service-spec-schema.ts';
import type { z } from 'zod';

/** A spec as a person would have written it, every default said. Reading it gives the spec again. */
export function spelledOut(spec: ServiceSpec): z.input<typeof serviceSpecSchema> {
  const { service, build, checks, run, on, health, approve, rollback, hooks, compatibleWith } = spec;
  return {
    service,
    build: { ...(build.run !== null && { run: build.run }), output: build.output, timeout: duration(build.timeoutMs) },
    ...(checks && { checks: spelledOutChecks(checks) }),
    run: { ...spelledOutRun(run), on: { ...on } },
    health: spelledOutHealth(health),
    ...(approve && { approve: spelledOutApprove(approve) }),
    ...(hooks && { hooks: { ...hookLists(hooks), region: hookLists(hooks.region) } }),
    ...(compatibleWith && { compatibleWith }),
    rollout: rolloutOf(spec.rollout),
    rollback: { ...rollback },
  };
}

const hookLists = ({ before, after }: HookLists) => ({ before: before.map(hookOf), after: after.map(hookOf) });

const hookOf = ({ run, undo, timeoutMs, mayStay, destructive }: Hook) => ({
  run,
  ...(undo !== null && { undo }),
  timeout: duration(timeoutMs),
  mayStay,
  destructive,
});

function rolloutOf(rollout: ServiceSpec['rollout']): z.input<typeof serviceSpecSchema>['rollout'] {
  const { stages, budget, verify } = rollout;
  return {
    stages: stages.map(({ name, regions, batches, bakeMs, approve, metrics }) => ({
      name,
      regions: [...regions],
      batches: batches.map(shareOf),
      bake: duration(bakeMs),
      ...(approve && { approve: spelledOutApprove(approve) }),
      ...(metrics && { metrics: metrics.map(spelledOutMetric) }),
    })),
    budget: { failed: `${budget.failedPercent}%`, cap: budget.cap },
    batchTimeout: duration(rollout.batchTimeoutMs),
    absentAfter: duration(rollout.absentAfterMs),
    undoDeadline: duration(rollout.undoDeadlineMs),
    ...(verify && { verify: spelledOutVerify(verify) }),
    ...(rollout.window && { window: windowOf(rollout.window) }),
  };
}

const windowOf = ({ days, from, to, timeZone }: Weekly) => ({ days: [...days], from, to, timeZone });

const duration = (ms: number): string => `${ms}ms`;
const shareOf = (share: Share): number | string => ('hosts' in share ? share.hosts : `${share.percent}%`);

/** Mirrors workflows/deployment: deployment.ts, stop.ts, hold-service.ts, conclude.ts, and puts the other parts together. */
import type { Stop } from '../../../domain/deployment/ending.ts';
import type { HoldAnswer } from '../centre/deployment-records.ts';
import type { Decisions } from '../decisions.ts';
import { activity, sleep, until } from '../engine/work.ts';
import type { Work } from '../engine/work.ts';
import type { Outside, Workflow } from '../engine/workflow.ts';
import { laneId, rolloutId, service } from '../world/names.ts';
import { endsOf } from './deployment-ends.ts';
import type { Ended } from './deployment-ends.ts';
import { forwardOf } from './deployment-forward.ts';
import { messagesOf } from './deployment-messages.ts';
import { failed, openRun, touchedRegions } from './deployment-run.ts';
import type { DeploymentInput } from './deployment-run.ts';

export function deployment(input: DeploymentInput, outside: Outside, decisions: Decisions): Workflow {
  const run = openRun(input);
  const ends = endsOf(run, outside, decisions);
  const forward = forwardOf(run, outside, decisions);

  /** hold-service.ts */
  function* holdService(): Work<Stop | null> {
    for (;;) {
      const ref = { deployment: input.deployment };
      const answer = yield* activity<HoldAnswer>('centre', 'holdService', ref);
      if (answer.outcome === 'held') return null;
      if (answer.outcome === 'ended') return failed('it has ended');
      yield* sleep('service busy', 5_000);
    }
  }

  function* goForward(): Work<Stop | null> {
    return (yield* holdService()) ?? (yield* forward());
  }

  /** stop.ts */
  function* untilStopped(): Work<Stop | null> {
    const going = outside.spawn('forward', goForward());
    yield* until(() => going.over || run.interrupted);
    outside.cancel('forward');
    outside.cancel('copy');
    for (const { region, running } of run.regions)
      if (running) outside.cancelChild(rolloutId(input.deployment, region));
    if (run.interrupted) return run.stop;
    if (going.fault !== null) return failed('no answer');
    return going.result ?? run.stop;
  }

  /** deployment.ts */
  function* stopped(stop: Stop): Work<Ended> {
    run.stop = stop;
    const ending = decisions.endingOf(stop, touchedRegions(run).length > 0, run.plan?.rollback ?? { automatic: true });
    switch (ending.do) {
      case 'end':
        return { outcome: ending.outcome, by: stop.by, reason: stop.reason, regions: [], pending: [] };
      case 'undo':
        return yield* ends.undo(stop);
      case 'hold':
        return yield* ends.leaveHeld(stop);
      case 'ask':
        return yield* stopped(yield* ask(stop));
    }
  }

  /** Heard at once, also while a region that doesn't answer has yet to be held. */
  function* ask(stop: Stop): Work<Stop> {
    run.asking = true;
    outside.spawn('ask', ends.leaveHeld(stop));
    yield* until(() => !run.asking);
    outside.cancel('ask');
    outside.cancel('end');
    return run.stop ?? stop;
  }

  /** conclude.ts */
  function* conclude(ended: Ended): Work<Ended> {
    const { outcome, by, reason, regions, pending } = ended;
    run.finishing = true;
    const about = { service, deployment: input.deployment, kind: input.kind, outcome, by, reason, at: '' };
    const lock = run.plan === null ? null : decisions.lockAfter(about, run.plan.rollback);
    yield* activity('centre', 'finishDeployment', { deployment: input.deployment, outcome, regions, pending, lock });
    outside.signal(laneId, 'deploymentEnded', {});
    return ended;
  }

  function* main(): Work<Ended> {
    const stop = yield* untilStopped();
    return yield* conclude(stop === null ? yield* ends.finish() : yield* stopped(stop));
  }

  return { knows: run, main: main(), on: messagesOf(run, outside, decisions) };
}

/** Mirrors workflows/deployment: stopped.ts and conclude.ts. */
import type { Stop } from '../../../domain/deployment/ending.ts';
import type { Decisions } from '../decisions.ts';
import { activity, until } from '../engine/work.ts';
import type { Work } from '../engine/work.ts';
import type { Outside } from '../engine/workflow.ts';
import { laneId, service } from '../world/names.ts';
import { endsOf } from './deployment-ends.ts';
import type { Ended } from './deployment-ends.ts';
import { touchedRegions } from './deployment-run.ts';
import type { DeploymentRun } from './deployment-run.ts';

export function endingsOf(run: DeploymentRun, outside: Outside, decisions: Decisions) {
  const { input } = run;
  const ends = endsOf(run, outside, decisions);

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

  return { stopped, conclude, finish: ends.finish, stay: ends.stay };
}

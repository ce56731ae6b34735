/** Mirrors workflows/deployment: deployment.ts, stop.ts, hold-service.ts, and puts the other parts together. */
import type { Stop } from '../../../domain/deployment/ending.ts';
import type { HoldAnswer } from '../centre/deployment-records.ts';
import type { Decisions } from '../decisions.ts';
import { activity, sleep, until } from '../engine/work.ts';
import type { Work } from '../engine/work.ts';
import type { Outside, Workflow } from '../engine/workflow.ts';
import { rolloutId } from '../world/names.ts';
import type { Ended } from './deployment-ends.ts';
import { forwardOf } from './deployment-forward.ts';
import { messagesOf } from './deployment-messages.ts';
import { failed, openRun } from './deployment-run.ts';
import type { DeploymentInput } from './deployment-run.ts';
import { endingsOf } from './deployment-stopped.ts';

export function deployment(input: DeploymentInput, outside: Outside, decisions: Decisions): Workflow {
  const run = openRun(input);
  const endings = endingsOf(run, outside, decisions);
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

  function* main(): Work<Ended> {
    const stop = yield* untilStopped();
    return yield* endings.conclude(stop === null ? yield* endings.finish() : yield* endings.stopped(stop));
  }

  return { knows: run, main: main(), on: messagesOf(run, outside, decisions) };
}

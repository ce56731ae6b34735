/** Follows docs/goal-protocol.md §8: closes every region of a deployment whose workflow closed without an outcome. */
import type { Obligation } from '../../../activities/deployment-record/contract.ts';
import type { RecoveryStep } from '../../../domain/goal/recovery.ts';
import type { DeploymentNumber, Generation, RegionName } from '../../../domain/names.ts';
import type { DeploymentOutcome } from '../../../domain/states.ts';
import type { LostRecord } from '../centre/lost-deployment.ts';
import type { Recorded } from '../centre/deployment-records.ts';
import type { Decisions } from '../decisions.ts';
import { activity, allOver, until } from '../engine/work.ts';
import type { Work } from '../engine/work.ts';
import type { Outside, Workflow } from '../engine/workflow.ts';
import type { Fenced, Written } from '../region/write-step.ts';
import type { Undone } from '../region/watches.ts';
import { laneId, service } from '../world/names.ts';

type Ending = 'done' | 'pending' | 'undone';

const outcomes: Readonly<Record<RecoveryStep['kind'], DeploymentOutcome>> = {
  finish: 'succeeded',
  undo: 'undone',
  hold: 'cancelled',
};
const endings = { finish: 'succeeded', undo: 'undone', hold: 'held' } as const;

export function recovery(
  { deployment }: { readonly deployment: DeploymentNumber },
  outside: Outside,
  decisions: Decisions,
): Workflow {
  function* close(step: RecoveryStep, lost: LostRecord): Work<Ending> {
    const { region, kind, controlRevision } = step;
    const knownGeneration = lost.generations[region] ?? 0;
    let { attempt } = step;
    let generation: Generation | 0 = knownGeneration;
    for (;;) {
      const name = { finish: 'finish', undo: 'undo', hold: `hold:${controlRevision}` }[kind];
      const mode = kind === 'finish' ? 'advance' : kind;
      const intent = { region, deployment, attempt, step: name, mode, next: lost.next, knownGeneration };
      const known = yield* activity<Recorded>('centre', 'recordIntent', intent);
      const input = kind === 'finish' ? { attempt, generation } : { attempt, controlRevision, ...known };
      const written = yield* activity<Written | Fenced>(region, `${kind}Region`, input);
      if (written.outcome === 'written') {
        if (kind !== 'undo') return 'done';
        generation = written.answer.generation;
        const watched = { attempt, generation, absentAfterMs: lost.absentAfterMs };
        const seen = yield* activity<Undone>(region, 'watchUndo', watched, { isWatch: true });
        if (seen.outcome === 'undone' || decisions.followFenced(seen, { attempt, generation }).follow !== 'undone')
          return 'done';
        continue;
      }
      const following = decisions.followFenced(written, { attempt, generation });
      if (following.follow === 'undone') return 'undone';
      if (following.follow !== 'take over') return kind === 'finish' ? 'pending' : 'done';
      ({ attempt, generation } = following);
    }
  }

  function* closeInTime(step: RecoveryStep, lost: LostRecord): Work<Ending> {
    const name = `close ${step.region} step`;
    const done = outside.spawn(name, close(step, lost));
    yield* until(() => done.over, { what: `deadline ${step.region}`, ms: lost.deadlineMs });
    if (!done.over) outside.cancel(name);
    if (done.over && done.result !== 'pending') return done.result!;
    const { region, kind, attempt, controlRevision } = step;
    const generation = lost.generations[region] ?? 0;
    const about = { service, deployment, region, kind, attempt, generation, controlRevision };
    const owed: Obligation = { ...about, reason: 'does not answer' };
    yield* activity('centre', 'recordObligation', owed);
    return 'pending';
  }

  function* main(): Work<void> {
    const lost = yield* activity<LostRecord>('centre', 'readLostDeployment', { deployment });
    const steps = decisions.decideRecovery(lost);
    const works = steps.map((step) => outside.spawn(`close ${step.region}`, closeInTime(step, lost)));
    const ends = yield* allOver(works);
    const touched = steps.map(({ region, kind }, at) => ({
      region: region as RegionName,
      outcome: ends[at] === 'undone' ? ('undone' as const) : endings[kind],
      missing: lost.hosts[region] ?? [],
    }));
    const pending = steps.filter((_, at) => ends[at] === 'pending').map(({ region }) => region);
    const outcome: DeploymentOutcome = steps.length === 0 ? 'failed' : outcomes[steps[0]!.kind];
    yield* activity('centre', 'finishDeployment', { deployment, outcome, regions: touched, pending, lock: null });
    outside.signal(laneId, 'deploymentEnded', {});
  }

  return { knows: {}, main: main(), on: {} };
}

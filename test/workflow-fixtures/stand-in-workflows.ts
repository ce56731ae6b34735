import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import { whyNotOpened } from '../../domain/lane/lock-rules.ts';
import { deploymentNumber, releaseNumber } from '../../domain/names.ts';
import {
  abortUpdate,
  approveUpdate,
  breakGlassUpdate,
  pauseUpdate,
  promoteUpdate,
  rejectUpdate,
  resumeUpdate,
  skipRegionUpdate,
  statusQuery,
  type DeploymentStatus,
} from '../../workflows/messages/deployment.ts';
import {
  hotfixUpdate,
  lockUpdate,
  refusalOf,
  rollbackUpdate,
  submitUpdate,
  unlockUpdate,
  withdrawUpdate,
  type HotfixAnswer,
  type LaneStatus,
  type LockMessage,
  type RollbackAnswer,
} from '../../workflows/messages/lane.ts';

/** A lane that answers as lanes do and starts nothing. It refuses a release whose number is 404. */
export async function lane(): Promise<void> {
  let locked: LockMessage | null = null;
  let opened = 0;
  const lockOf = (message: LockMessage | null) =>
    message === null
      ? null
      : {
          owner: message.by,
          reason: message.reason,
          since: '2026-11-24T12:00:00.000Z',
          ...(message.until && { until: message.until }),
        };
  const status = (): LaneStatus => ({ lock: lockOf(locked), active: null, queue: [], held: null });
  setHandler(submitUpdate, ({ request: { source, kind }, queueWhenLocked }) => {
    if (source.from === 'person' && Number(source.release) === 404)
      return { outcome: 'refused', code: 'release-not-found', message: 'there is no release checkout@404' };
    if (locked !== null && !queueWhenLocked)
      return { outcome: 'refused', code: 'lane-locked', message: `checkout is locked by ${locked.by}` };
    opened += 1;
    const release = source.from === 'person' ? source.release : releaseNumber(opened);
    const deployment = deploymentNumber(opened);
    return { outcome: 'accepted', deployment, release, kind, ahead: opened - 1, lock: lockOf(locked) };
  });
  setHandler(hotfixUpdate, ({ release, hold, reason }): HotfixAnswer => {
    if (Number(release) === 404)
      return { outcome: 'refused', code: 'release-not-found', message: 'there is no release checkout@404' };
    const onItsWay = /on its way as (\d+)$/.exec(reason)?.[1];
    if (onItsWay !== undefined)
      return {
        outcome: 'repeated',
        deployment: deploymentNumber(Number(onItsWay)),
        active: null,
        lock: lockOf(locked),
      };
    const active = /over (\d+)$/.exec(reason)?.[1];
    opened += 1;
    const way = active && {
      deployment: deploymentNumber(Number(active)),
      how: hold ? ('held' as const) : ('undone' as const),
    };
    return { outcome: 'accepted', deployment: deploymentNumber(opened), active: way || null, lock: lockOf(locked) };
  });
  setHandler(rollbackUpdate, ({ reason }): RollbackAnswer => {
    const active = /^undo (\d+)$/.exec(reason)?.[1];
    if (active !== undefined) return { outcome: 'undoing', deployment: deploymentNumber(Number(active)) };
    if (opened === 0) return { outcome: 'refused', code: 'nothing-to-roll-back-to', message: 'nothing ran before' };
    return { outcome: 'undoing', deployment: deploymentNumber(opened) };
  });
  setHandler(withdrawUpdate, ({ reason }) =>
    reason === 'it waits' ? { outcome: 'withdrawn' } : { outcome: 'refused', message: 'it has begun' },
  );
  setHandler(lockUpdate, (message) => {
    locked = message;
    return status();
  });
  setHandler(unlockUpdate, ({ by, rights }) => {
    const refused = locked && rights && whyNotOpened(lockOf(locked)!, by, rights);
    if (refused) return { ...status(), refused };
    locked = null;
    return status();
  });
  await condition(() => false);
}

/** A deployment that waits for approval, answers as deployments do, and ends when it is rejected. */
export async function deployment(given: DeploymentStatus): Promise<void> {
  let said = '';
  let revision = 0;
  setHandler(statusQuery, () => ({ ...given, waiting: said, controlRevision: revision }));
  const take = (message: string) => {
    revision += 1;
    said = message;
    return { accepted: true, message };
  };
  let unverified = 0;
  setHandler(approveUpdate, (message) => {
    if (said.endsWith('the key store is away') && unverified++ === 0)
      return { accepted: false, message: 'the key store is away', ...refusalOf(message) };
    return take(`approved with ${message.token}`);
  });
  setHandler(promoteUpdate, ({ reason }) => take(`promoted: ${reason}`));
  setHandler(skipRegionUpdate, ({ region, reason }) => take(`${region} is skipped: ${reason}`));
  setHandler(breakGlassUpdate, ({ token }) => take(`broken with ${token}`));
  setHandler(resumeUpdate, ({ token }) => take(`resumed with ${token}`));
  setHandler(pauseUpdate, ({ by, reason }) => take(`paused by ${by}: ${reason}`), {
    validator: ({ reason }) => {
      if (reason === 'malformed') throw ApplicationFailure.nonRetryable('the message is malformed', 'InvalidMessage');
    },
  });
  setHandler(abortUpdate, ({ by, hold }) =>
    hold ? { accepted: false, message: 'past its point of no return' } : take(`aborted by ${by}`),
  );
  let isRejected = false;
  setHandler(rejectUpdate, ({ by }) => {
    isRejected = true;
    return take(`rejected by ${by}`);
  });
  await condition(() => isRejected);
}

/** In the place of one; as open. */
export const recovery = deployment;

import { setTimeout as delay } from 'node:timers/promises';
import type { DeploymentNumber, ReleaseNumber } from '../../../domain/names.ts';
import type { Act, FreezeAct } from '../scenario/scenario.ts';
import { lookOnce } from './patience.ts';
import type { Frozen } from './freezer.ts';
import type { Answer, People } from './people.ts';

export interface Acting {
  readonly people: People;
  /** Of the run's merge. */
  readonly deployment: DeploymentNumber;
  /** Built, and never approved: what a hotfix brings. */
  readonly fix: ReleaseNumber | null;
  /** Makes one more merge and delivers it. */
  mergeNext(bad: boolean): Promise<void>;
  /** Told as soon as a freeze has been taken. */
  onFrozen(frozen: Frozen): void;
}

/** Does what the act says, and what it leads to. Answers what the api said to it. */
export async function carryOutAct(act: Act, acting: Acting): Promise<Answer> {
  const { people, deployment, fix, mergeNext } = acting;
  switch (act.verb) {
    case 'rollback':
      return people.act({ verb: 'rollback' });
    case 'abort':
      return people.act({ verb: 'abort', deployment });
    case 'abort-hold': {
      const answer = await people.act({ verb: 'abort-hold', deployment });
      await mergeNext(act.next === 'bad');
      return answer;
    }
    case 'pause': {
      const answer = await people.act({ verb: 'pause', deployment });
      await delay(act.forMs);
      if (answer.outcome === 'done') await resume(people, deployment);
      return answer;
    }
    case 'hotfix': {
      if (act.behind) await mergeNext(false);
      if (fix === null) throw new Error('there is no release for a hotfix');
      return people.act({ verb: 'hotfix', release: fix, active: act.active });
    }
    case 'freeze':
      return freeze(act, acting);
  }
}

/** From its beginning to its end, whoever ends it. */
async function freeze(act: FreezeAct, { people, mergeNext, onFrozen }: Acting): Promise<Answer> {
  const frozen = await people.freeze(act);
  if ('refused' in frozen) return { outcome: 'refused', reason: frozen.refused };
  onFrozen(frozen);
  const merged = act.behind ? mergeNext(false) : Promise.resolve();
  merged.catch(() => undefined); // told once nobody is frozen any more
  await delay(act.forMs);
  if (act.endedBy === 'person') await frozen.end();
  await merged;
  return { outcome: 'done' };
}

/** Until it goes on, or is over. */
async function resume(people: People, deployment: DeploymentNumber): Promise<void> {
  while (!(await people.sendByToken('resume', deployment))) {
    const shown = await lookOnce(() => people.show(deployment));
    if (shown !== undefined && (shown.outcome !== null || !shown.paused)) return;
    await delay(200);
  }
}

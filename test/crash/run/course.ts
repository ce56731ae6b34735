import type { DeliveredMerge } from '../evidence/evidence.ts';
import { carryOut, type Harmed } from '../harm/carry-out.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { carryOutAct } from './acts.ts';
import type { Frozen } from './freezer.ts';
import { openMerges, type Merges } from './merges.ts';
import { untilMoment, type Sights } from './moments.ts';
import type { Answer } from './people.ts';
import { prepareFix } from './prepare-fix.ts';
import type { RunSettings } from './run-settings.ts';
import { tend } from './tend.ts';

/** What happens in a run, all at the same time: deliveries, approvals, faults, and what a person does. */
export interface Course {
  readonly startedAtMs: number;
  readonly harmed: readonly Harmed[];
  readonly merges: readonly DeliveredMerge[];
  /** What the api said to the person's act; `null` until there is one, and when there is none. */
  acted(): Answer | 'asked' | null;
  /** Since when deployments are kept by a freeze that the person has set; `null`: there was none. */
  readonly frozen: Pick<Frozen, 'freeze' | 'sinceMs'> | null;
  /** What people on duty had to do. */
  readonly duties: Duties;
  /** Everything was delivered, and what a person began to do is done. */
  quiet(): boolean;
  /** Lets nothing more begin, and waits for what has. People stay on duty: what began at the last moment may need them. */
  end(): Promise<void>;
  /** The same, and nobody is on duty any more. */
  close(): Promise<void>;
}

export interface Duties {
  /** How often a held deployment was let go on. */
  resumed: number;
  /** How often a lane that an undo had locked was opened for what waited. */
  unlocked: number;
  /** How often hosts that an abort had left, and that no later deployment took along, were rolled back. */
  tidied: number;
}

export interface CourseOptions {
  /** Stands in greetings, so that no two runs merge the same content. */
  readonly name: string;
  readonly sights: Sights;
}

export async function startCourse(
  settings: RunSettings,
  scenario: Scenario,
  { name, sights }: CourseOptions,
): Promise<Course> {
  const [over, offDuty] = [new AbortController(), new AbortController()];
  const duties: Duties = { resumed: 0, unlocked: 0, tidied: 0 };
  const merges = openMerges(settings);
  const fix = scenario.act?.verb === 'hotfix' ? await prepareFix(settings, merges, `${name} fix`) : null;
  const { merge, accepted } = await merges.make({ name, bad: scenario.bad, deliveries: scenario.deliveries });
  const startedAtMs = Date.now();
  const harmable = { ...settings, deliverAgain: (sameId: boolean) => merges.deliverAgain(sameId) };
  const harms = carryOut(scenario.faults, harmable, { sights, over: over.signal });
  let answer: Answer | 'asked' | null = null;
  let frozen: Course['frozen'] = null;
  let delivered = false;
  const quiet = (): boolean => delivered && answer !== 'asked';
  const onDuty = tend(
    settings,
    {
      unapproved: new Set(merges.delivered.filter(({ unapproved }) => unapproved).map(({ commit }) => commit)),
      onResume: () => void (duties.resumed += 1),
      onUnlock: () => void (duties.unlocked += 1),
      onTidy: () => void (duties.tidied += 1),
      quiet,
    },
    offDuty.signal,
  );
  const acting = (async () => {
    const { act } = scenario;
    const deployment = await merges.numbered(merge, over.signal);
    if (deployment === null || act === null || !(await untilMoment(act.when, sights, over.signal))) return;
    answer = 'asked';
    const mergeNext = nextMerge(merges, name);
    const onFrozen = (by: Frozen): void => void (frozen = by);
    answer = await carryOutAct(act, { people: settings.people, deployment, fix, mergeNext, onFrozen });
  })();
  const begun = Promise.all([accepted.then(() => void (delivered = true)), acting, harms.done()]);
  for (const told of [begun, onDuty]) told.catch(() => undefined); // told at the end
  return {
    startedAtMs,
    harmed: harms.harmed,
    get merges() {
      return merges.delivered;
    },
    get frozen() {
      return frozen;
    },
    acted: () => answer,
    duties,
    quiet,
    async end() {
      over.abort();
      await begun;
    },
    async close() {
      over.abort();
      offDuty.abort();
      await Promise.all([begun, onDuty]);
    },
  };
}

const nextMerge =
  (merges: Merges, name: string) =>
  async (bad: boolean): Promise<void> => {
    const { accepted } = await merges.make({ name: `${name} next`, bad, deliveries: 1 });
    await accepted;
  };

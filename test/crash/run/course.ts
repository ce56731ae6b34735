import type { DeploymentNumber } from '../../../domain/names.ts';
import type { Merge } from '../../../infra/local/demo/sample-repository.ts';
import { readDeployments } from '../evidence/read-centre.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { carryOutKills, type Killed } from './killer.ts';
import { untilMoment, type Sights } from './moments.ts';
import { until } from './patience.ts';
import type { TakenBackAnswer } from './people.ts';
import type { RunSettings } from './run-settings.ts';

/** What happens in a run, all at the same time: deliveries, an approval, kills, and what a person takes back. */
export interface Course {
  readonly startedAtMs: number;
  readonly killed: readonly Killed[];
  /** `null` until the person acts, and when nobody does. */
  takenBack(): TakenBackAnswer | 'asked' | null;
  /** How often a person let it go on after it was held. */
  resumed(): number;
  /** Lets nothing more begin, and waits for what has. Answers how often the merge was accepted. */
  end(): Promise<number>;
}

const limitMs = 60_000;

export function startCourse(settings: RunSettings, scenario: Scenario, merge: Merge, sights: Sights): Course {
  const { stack, people } = settings;
  const over = new AbortController();
  let takenBack: TakenBackAnswer | 'asked' | null = null;
  const numbered = untilNumbered(settings, merge, over.signal);
  const kills = carryOutKills(stack, scenario.kills, sights, over.signal);
  const delivered = people.deliver(merge, scenario.deliveries);
  const approved = numbered.then((number) => (number === null ? undefined : people.approve(number, over.signal)));
  const acted = numbered.then(async (number) => {
    if (scenario.takenBack === null || number === null) return;
    const { verb, when } = scenario.takenBack;
    if (!(await untilMoment(when, sights, over.signal))) return;
    takenBack = 'asked';
    takenBack = await people.takeBack(verb, number);
  });
  let resumed = 0;
  const letGoOn = numbered.then((number) =>
    number === null ? undefined : people.letGoOn(number, () => void (resumed += 1), over.signal),
  );
  const all = Promise.all([delivered, approved, acted, letGoOn, kills.done()]);
  all.catch(() => undefined); // told at the end
  return {
    startedAtMs: Date.now(),
    killed: kills.killed,
    takenBack: () => takenBack,
    resumed: () => resumed,
    async end() {
      over.abort();
      return (await all)[0];
    },
  };
}

/** The number that the lane gave to the merge; `null` when the run is ended before. */
function untilNumbered(
  { databases, service }: RunSettings,
  merge: Merge,
  over: AbortSignal,
): Promise<DeploymentNumber | null> {
  return until('a number for the merge', limitMs, async () => {
    if (over.aborted) return null;
    const deployments = await readDeployments(databases, service);
    return deployments.find(({ commit }) => commit === merge.after)?.number;
  });
}

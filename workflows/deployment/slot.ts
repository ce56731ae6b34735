import { condition, getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { SlotAnswer, SlotAsk } from '../../activities/fleet/contract.ts';
import type { Stop } from '../../domain/deployment/ending.ts';
import { capWaitText, freezeSinceText } from '../../domain/progress/fleet-text.ts';
import { plannedRegions } from '../../domain/plan/plan.ts';
import { askFleetSignal, fleetWorkflowId, lookSignal } from '../messages/fleet.ts';
import { now } from '../now.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { isFrozen, isTouched, mayGoOn, nameOf, plannedOf } from './deployment-run.ts';
import { tellRegions, untilMayGoOn } from './go-on.ts';
import { record } from './record.ts';
import { untilCopied } from './replicate.ts';
import { stopBy } from './stop-by.ts';
import { untilWindowOpens } from './window.ts';

/** The fleet may just be starting: soon at first, then as seldom as an answer that got lost is worth. */
const firstAskAgainMs = 5_000;
const longestAskAgainMs = 60 * 60_000;

/** Waits for its window with a slot no longer than that: others could begin. */
const longestWithSlotMs = 60_000;

/** A change of its place is worth a line so many times; after that the page of the fleet tells it. */
const mostPlacesShown = 20;

/** Of a deployment whose version asks at all; a rollback waits for nobody. */
const asksFleet = ({ input }: DeploymentRun): boolean => input.asksFleet === true && input.kind !== 'rollback';

/**
 * Waits for a slot, before anything is touched. Not before the first regions have the release: a copy that takes long would
 * keep others from beginning.
 */
export async function takeSlot(run: DeploymentRun): Promise<Stop | null> {
  if (!asksFleet(run)) return null;
  const missing = await untilCopied(run, plannedOf(run).plan.stages[0]?.regions ?? []);
  if (missing !== null) return missing;
  void followFreezes(run).catch(() => undefined); // ends with what goes forward
  do await untilGranted(run);
  while (!(await beginsSoon(run)));
  return null;
}

async function untilGranted(run: DeploymentRun): Promise<void> {
  // Who waits for its window needs no slot yet.
  await untilWindowOpens(run);
  run.fleet.askedAt = now();
  await askUntil(run, () => run.fleet.answer?.isGranted === true);
  run.fleet.askedAt = null;
}

/** Its window may have shut while others went first, or a freeze kept it: then its slot is for others until it opens. */
async function beginsSoon(run: DeploymentRun): Promise<boolean> {
  for (;;) {
    await untilMayGoOn(run);
    if (!(await untilWindowOpens(run, longestWithSlotMs))) break;
    if (mayGoOn(run)) return true;
  }
  await giveBack(run);
  return false;
}

/** An answer to what it asked before is none to what it asks from now on. One that gets lost keeps the slot, as before. */
async function giveBack(run: DeploymentRun): Promise<void> {
  const ask = askOf(run);
  run.fleet.answer = null;
  run.fleet.givenBack += 1;
  record(run, { event: 'slot-given-back', message: 'gives its slot to others until its window opens' });
  await tellFleet({ ...ask, givesBack: true });
}

/** While it is kept from going on, an answer that got lost must not keep it for ever. */
async function followFreezes(run: DeploymentRun): Promise<never> {
  for (;;) {
    await condition(() => isFrozen(run));
    await askUntil(run, () => !isFrozen(run), longestAskAgainMs / 12);
  }
}

async function askUntil(run: DeploymentRun, over: () => boolean, restMs = 0): Promise<void> {
  if (restMs > 0 && (await condition(over, restMs, { summary: 'is still kept by a freeze' }))) return;
  for (let ms = firstAskAgainMs; ; ms = Math.min(ms * 2, longestAskAgainMs)) {
    await ask(run);
    if (await condition(over, ms, { summary: 'asks the fleet again' })) return;
    if (run.fleet.answer === null && !run.fleet.isSilent) showSilence(run);
  }
}

/** A fleet that isn't there is started by the control worker within seconds. */
const ask = (run: DeploymentRun): Promise<void> => tellFleet(askOf(run));

async function tellFleet(ask: SlotAsk): Promise<void> {
  await getExternalWorkflowHandle(fleetWorkflowId)
    .signal(askFleetSignal, ask)
    .catch(() => undefined);
}

function askOf(run: DeploymentRun): SlotAsk {
  const { service, deployment } = run.input;
  return { service, deployment, regions: plannedRegions(plannedOf(run).plan), requestId: requestIdOf(run) };
}

function requestIdOf({ fleet: { givenBack } }: DeploymentRun): string {
  const { runId } = workflowInfo();
  return givenBack === 0 ? runId : `${runId}/${givenBack}`;
}

function showSilence(run: DeploymentRun): void {
  run.fleet.isSilent = true;
  record(run, { event: 'fleet-silent', message: `the fleet has not answered ${nameOf(run)} yet; it is asked again` });
}

/** What the fleet says of it, now and whenever that changes. */
export async function answered(run: DeploymentRun, answer: SlotAnswer): Promise<void> {
  if (answer.requestId !== requestIdOf(run)) return;
  const before = run.fleet.answer;
  run.fleet.answer = answer;
  if (run.stop !== null || run.finishing) return;
  const [strictest] = answer.freezes;
  // What has touched nothing has nothing to undo: it waits.
  if (answer.isGranted && strictest?.policy === 'undo' && isTouched(run)) {
    const { owner: by } = strictest;
    return stopBy(run, { cause: 'aborted', hold: false, by, reason: freezeSinceText(strictest), at: now() });
  }
  show(run, before, answer);
  await tellRegions(run);
}

function show(run: DeploymentRun, before: SlotAnswer | null, answer: SlotAnswer): void {
  const { isGranted, wait, freezes } = answer;
  const [freeze] = freezes;
  const known = new Set(before?.freezes.map(({ freeze: number }) => number));
  if (freeze !== undefined && freezes.some(({ freeze: number }) => !known.has(number))) {
    record(run, { actor: freeze.owner, event: 'frozen', message: freezeSinceText(freeze) });
  } else if (freeze === undefined && (known.size > 0 || (isGranted && before?.isGranted === false))) {
    record(run, { event: known.size > 0 ? 'unfrozen' : 'slot-granted', message: goesOn(answer) });
  } else if (wait !== null && isOther(before?.wait, wait) && run.fleet.placesShown < mostPlacesShown) {
    run.fleet.placesShown += 1;
    record(run, { event: 'slot-awaited', message: `waits for others to end, ${capWaitText(wait)}` });
  }
}

const isOther = (before: SlotAnswer['wait'] | undefined, now: NonNullable<SlotAnswer['wait']>): boolean =>
  !before || capWaitText(before) !== capWaitText(now);

const goesOn = ({ isGranted, wait }: SlotAnswer): string => {
  if (isGranted) return 'nothing keeps it any more: it goes on';
  return wait === null ? 'no freeze keeps it any more' : `no freeze keeps it any more; ${capWaitText(wait)}`;
};

/** Others may begin now; the fleet also finds that out by itself. */
export async function leaveFleet(run: DeploymentRun): Promise<void> {
  if (!asksFleet(run)) return;
  await getExternalWorkflowHandle(fleetWorkflowId)
    .signal(lookSignal)
    .catch(() => undefined);
}

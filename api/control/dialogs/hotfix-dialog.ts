import type { Reversibility } from '../../../domain/hook/irreversible.ts';
import { makesWay, type MakesWay } from '../../../domain/lane/hotfix.ts';
import { emptyLane } from '../../../domain/lane/lane.ts';
import { durationText } from '../../../domain/progress/durations.ts';
import { lockSinceText } from '../../../domain/progress/lock-text.ts';
import type { ReleaseState } from '../../../domain/states.ts';
import type { ReleaseNumber } from '../../../domain/names.ts';
import type { DeploymentDialogFacts, DialogText, ServiceDialogFacts } from './dialog-facts.ts';
import {
  hooksToRun,
  hooksToUndo,
  inRegions,
  line,
  queueText,
  revertedLine,
  sentences,
  touchedRegions,
} from './dialog-words.ts';
import { abortDialog } from './stopping.ts';

export interface HotfixDialogFacts extends ServiceDialogFacts {
  readonly release: ReleaseNumber;
  readonly state: ReleaseState;
  /** What a later merge takes back of it; `null` for nothing. */
  readonly reverted: string | null;
  /** The person knows that. */
  readonly althoughReverted: boolean;
  /** Of the release. */
  readonly hooks: Reversibility;
  /** What is active leaves its hosts where they are. */
  readonly hold: boolean;
  /** What its lane runs; `null` when nothing moves. */
  readonly active: DeploymentDialogFacts | null;
}

/** What makes way, and what goes first then. */
export function hotfixDialog(facts: HotfixDialogFacts): DialogText {
  return isUnderWay(facts) ? passDialog(facts) : goesFirstDialog(facts);
}

/** As `domain/lane/hotfix.ts` decides: one that goes to some regions only makes way as any other. */
const isUnderWay = ({ release, active, lane }: HotfixDialogFacts): boolean =>
  active !== null &&
  active.deployment.release === release &&
  active.deployment.kind !== 'rollback' &&
  lane.active?.regions === undefined;

/** What is active brings it already: nothing makes way for it, and nothing of the fleet keeps it any longer. */
function passDialog({ service, release, hold, active }: HotfixDialogFacts): DialogText {
  const name = active?.deployment.deployment ?? service;
  return {
    title: `Let ${name} pass as the hotfix ${service}@${release}?`,
    lines: [
      line('What', `${name} brings @${release} already, and goes on: nothing is aborted.`),
      line('Then', 'No freeze, cap or window keeps it any longer. Its checks and approvals stay as they are.'),
      line('After', `Undo this: pause ${name}, or abort it.`),
    ],
    keep: 'Leave it as it is',
    confirm: `Let ${name} pass`,
    reason: 'required',
    refused: null,
    meaning: { hotfix: hold ? 'hold' : 'undo', release, passes: name },
  };
}

function goesFirstDialog(facts: HotfixDialogFacts): DialogText {
  const { service, release, hold, active, lane, took, hooks, reverted, althoughReverted } = facts;
  const name = `${service}@${release}`;
  const how = active === null ? null : howOf(active, hold);
  const waiting = lane.queue.find((entry) => entry.release === release);
  const { lock } = lane;
  const stops = how === 'undone' || how === 'held' || how === 'cancelled';
  return {
    title: stops
      ? `Abort ${active?.deployment.deployment} for ${name} as a hotfix?`
      : `Have ${name} go first as a hotfix?`,
    lines: [
      ...(active === null || how === null ? [] : [line('What', wayText(active, how))]),
      line(
        'Then',
        `${name} goes first${waiting === undefined ? '' : `, as ${waiting.deployment}`}, with its own checks and approvals.`,
      ),
      ...revertedLine(reverted, althoughReverted),
      hooksToRun(hooks),
      ...(active === null ? [] : hooksOf(active, how)),
      line(
        'Time',
        how === 'undone'
          ? `${durationText(took.undo)} for the undo, then ${durationText(took.deploy)}`
          : durationText(took.deploy),
      ),
      line(
        'After',
        sentences(
          lock === null ? '' : `L${lockSinceText(lock).slice(1)}: it goes all the same, and the lane stays locked.`,
          waitingText({ ...lane, queue: lane.queue.filter((entry) => entry !== waiting) }),
          `Undo this: abort it, or roll ${service} back.`,
        ),
      ),
    ],
    keep: 'Leave it as it is',
    confirm: stops ? `Abort ${active?.deployment.deployment}, then bring @${release}` : `Bring @${release} first`,
    reason: 'required',
    refused: whyRefused(facts, waiting !== undefined),
    meaning: {
      hotfix: hold ? 'hold' : 'undo',
      release,
      active: active?.deployment.deployment ?? null,
      how,
      state: facts.state,
      ...(althoughReverted && { althoughReverted: reverted }),
    },
  };
}

function howOf({ deployment, begunHooks }: DeploymentDialogFacts, hold: boolean): MakesWay['how'] | null {
  const { number, release, kind, pointOfNoReturn, ends } = deployment;
  const touched = touchedRegions(deployment).length > 0 ? 'touched' : 'untouched';
  const reach = pointOfNoReturn ? 'finishing' : touched;
  const active = { deployment: number, release, kind, key: '', started: true };
  const hooked = begunHooks.length > 0;
  return makesWay({ ...emptyLane, active }, { reach, hooked, ends: ends ?? undefined, hold })?.how ?? null;
}

/** Of what makes way, by its name: those of the release stand beside it. */
function hooksOf(active: DeploymentDialogFacts, how: MakesWay['how'] | null): DialogText['lines'] {
  const { deployment: name } = active.deployment;
  if (how === 'undone')
    return active.hooks.hooks === undefined ? [] : [line('Hooks', `of ${name}: ${hooksToUndo(active).text}`)];
  const stay = how === 'held' && active.begunHooks.length > 0;
  return stay ? [line('Hooks', `what those of ${name} did stays`)] : [];
}

function wayText(active: DeploymentDialogFacts, how: MakesWay['how']): string {
  const { deployment: name, kind } = active.deployment;
  switch (how) {
    case 'held': {
      const touched = touchedRegions(active.deployment);
      if (touched.length === 0) return `${name} stops. No host has switched.`;
      return `${name} stops, and its hosts in ${inRegions(touched)} stay where they are.`;
    }
    case 'awaited':
      return kind === 'rollback'
        ? `${name} rolls the service back and goes on first.`
        : `${name} is past its point of no return and ends first.`;
    default:
      return abortDialog(active).lines.find(({ label }) => label === 'What')?.text ?? '';
  }
}

function waitingText(lane: ServiceDialogFacts['lane']): string {
  const text = queueText(lane);
  return text === '' ? '' : `${text}, under a new number.`;
}

function whyRefused(facts: HotfixDialogFacts, waits: boolean): string | null {
  const { service, release, state, reverted, althoughReverted } = facts;
  if (waits) return null;
  if (state !== 'ready' && state !== 'admitted') return `${service}@${release} can't be deployed: it is ${state}`;
  return althoughReverted ? null : reverted;
}

/** What a person's message to a deployment does, by where the deployment stands. Refusals say what to do instead. */
import type { BreakGlassPolicy } from '../approval/break-glass.ts';
import type { Stop } from './ending.ts';

/** What the decision looks at. */
export interface Standing {
  /** `checkout/87` */
  readonly name: string;
  readonly paused: boolean;
  /** A person must decide in some region. */
  readonly held: boolean;
  /** A region may have heard of it, or a hook may have run. */
  readonly touched: boolean;
  /** Past its point of no return, or over. */
  readonly finishing: boolean;
  /** It has stopped, for this reason. */
  readonly stop: Stop | null;
  /** Stopped, and waits for a person to choose between undo and hold. */
  readonly asking: boolean;
  /** All is undone but what would lose data, and it waits for a person's word on that. */
  readonly losing: boolean;
  /** Ids of the plan exist, so that a token can be bound to it. */
  readonly planned: boolean;
  /** The release may run: the approvals are in. */
  readonly admitted: boolean;
  /** The stage that waits for approvals of its own; left out while none does. */
  readonly stageAsked?: string;
}

/** `done`: true already, nothing changes. */
export interface MessageDecision {
  readonly do: 'accept' | 'done' | 'refuse';
  readonly message: string;
}

/** The fire exit: refused only where there is nothing left to stop. */
export function decideAbort(at: Standing, hold: boolean): MessageDecision {
  if (at.finishing) return refuse(`${at.name} is past its point of no return: roll back instead`);
  const { stop } = at;
  if (stop === null || at.asking) return accept(`${at.name} ${whatAbortDoes(at, hold)}`);
  if (stop.hold === hold) return { do: 'done', message: whatGoesOn(at, stop) };
  return refuse(`${whatGoesOn(at, stop)}; when that is over, roll back or deploy`);
}

/** Where no region has heard of it, there is nothing to undo or to hold. */
function whatAbortDoes({ touched }: Standing, hold: boolean): string {
  if (!touched) return 'is stopped, before any host has changed';
  return hold ? 'is being held' : 'is being undone';
}

/** Says no before anything has happened; later there is something to undo. */
export function decideReject(at: Standing): MessageDecision {
  if (at.stop?.cause === 'rejected') return { do: 'done', message: `rejected by ${at.stop.by}` };
  if (at.stop !== null) return refuse(whatGoesOn(at, at.stop));
  if (at.stageAsked !== undefined) return accept(`${at.name} is rejected before stage ${at.stageAsked}`);
  if (at.touched || at.finishing) return refuse(`${at.name} has begun in a region: abort it instead`);
  return accept(`${at.name} is rejected`);
}

export function decidePause(at: Standing): MessageDecision {
  if (at.stop !== null) return refuse(whatGoesOn(at, at.stop));
  if (at.finishing) return refuse(`${at.name} is past its last batch`);
  if (at.paused) return { do: 'done', message: `${at.name} is paused already` };
  return accept(`${at.name} is paused: batches that are allowed finish, no other starts`);
}

/**
 * Whether a resume would do anything; its token is verified only then. What has failed can't go on: its failures stay those
 * of this release, and the next look at them would end it again.
 */
export function decideResume(at: Standing): MessageDecision {
  if (at.losing) return accept(`${at.name} goes back all the way, by undos that lose data`);
  if (at.stop !== null) return refuse(whatGoesOn(at, at.stop));
  if (!at.paused && !at.held) return refuse(`${at.name} is neither paused nor held`);
  if (!at.planned) return refuse(`the plan of ${at.name} is not made yet, so no token can be bound to it: try again`);
  return accept(`${at.name} goes on`);
}

export function decideApprove(at: Standing): MessageDecision {
  if (at.stop !== null) return refuse(whatGoesOn(at, at.stop));
  if (at.admitted && at.stageAsked === undefined) return refuse(`${at.name} needs no approval any more`);
  if (!at.planned) return refuse(`the plan of ${at.name} is not made yet: try again`);
  return accept(`${at.name} is approved`);
}

/** Goes past the approval that is asked for now. */
export function decideBreaking(at: Standing, policy: BreakGlassPolicy | null): MessageDecision {
  const approve = decideApprove(at);
  if (approve.do !== 'accept') return approve;
  if (policy === null) return refuse(`${at.name} asks nobody: there is nothing to go past`);
  return policy === 'never' ? refuse(`nobody goes past the approval of ${at.name}: breakGlass is never`) : approve;
}

/** Only an undo that is under way can be ended. */
export function decideEndUndo(at: Standing): MessageDecision {
  const undoing = at.stop !== null && at.touched && !at.stop.hold && !at.asking;
  if (at.losing) return accept(`${at.name} ends, and nothing that loses data is run`);
  return undoing
    ? accept(`regions of ${at.name} that are not undone yet are left to be undone later`)
    : refuse(`${at.name} is not being undone`);
}

/** Why nothing else is done any more, for who wants something of a deployment that has stopped. */
export function whatGoesOn({ name, asking, touched }: Standing, { cause, hold, by, at, reason }: Stop): string {
  if (asking)
    return `${name} has failed since ${at} and can't go on: ${reason}; abort it to undo it, or abort it with hold to leave hosts where they are`;
  const goesOn = hold ? 'is being held since' : 'is being undone since';
  const what = cause === 'rejected' ? 'was rejected at' : touched ? goesOn : 'was stopped at';
  return `${name} ${what} ${at}, by ${by}: ${reason}`;
}

export const accept = (message: string): MessageDecision => ({ do: 'accept', message });
export const refuse = (message: string): MessageDecision => ({ do: 'refuse', message });

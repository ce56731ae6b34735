import { standingText } from '../gate/required-checks.ts';
import { capWaitText, freezeEndText, freezeSinceText } from './fleet-text.ts';
import type { FreezeInEffect } from '../fleet/freeze.ts';
import type { CapWait } from '../fleet/rule-fleet.ts';
import type { LaneLock } from '../lane/lane.ts';
import type { DeploymentNumber, RegionName, ServiceName } from '../names.ts';
import { lockSinceText } from './lock-text.ts';
import { clockTime, counted, named } from './plain-text.ts';

interface ApprovalWait {
  readonly given: number;
  readonly wanted: number;
  /** `release-owner or team payments` */
  readonly who: string;
  /** `1 of team security`: of which groups not enough have agreed. */
  readonly missing: readonly string[];
  readonly expiresAt: string;
  /** People go past it, and not enough of them yet; left out or `null` while nobody does. */
  readonly glass?: GlassWait | null;
}

/** `by`: who has broken glass; `missing`: who else has to, until then. */
export interface GlassWait {
  readonly by: readonly string[];
  readonly missing: string;
  readonly until: string;
}

/** Everything that a deployment can wait for. Times are RFC 3339, UTC. */
export type Wait =
  | { readonly for: 'turn'; readonly ahead: number; readonly active: DeploymentNumber | null }
  | { readonly for: 'unlock'; readonly lock: LaneLock }
  /** Another deployment holds the service's row, though the lane thought it was over. */
  | { readonly for: 'service'; readonly holder: DeploymentNumber }
  /** `noWayBack`: what can't be undone, a sentence each. */
  | (ApprovalWait & { readonly for: 'approval'; readonly noWayBack?: readonly string[] })
  | (ApprovalWait & { readonly for: 'stage-approval'; readonly stage: string })
  /** `reason`: the fault in which a copy last ended, if one did. */
  | { readonly for: 'replication'; readonly regions: readonly RegionName[]; readonly reason: string | null }
  /** Nobody had taken up a build, checks or a verification by then. */
  | { readonly for: 'build-worker'; readonly since: string }
  /** The fleet takes no more deployments at once, here or in all. */
  | CapWait
  /** Asked, and not answered yet. */
  | { readonly for: 'fleet'; readonly since: string }
  /** Kept from beginning, or from going on; `more`: others that keep it too. */
  | { readonly for: 'freeze'; readonly freeze: FreezeInEffect; readonly more: number }
  /** The service's own window is shut. */
  | { readonly for: 'window'; readonly text: string; readonly opensAt: string | null }
  | { readonly for: 'resume'; readonly by: string; readonly reason: string; readonly since: string }
  /** Held: it goes on when a person says so. */
  | { readonly for: 'decision'; readonly reason: string; readonly since: string }
  /** It failed, can't go on, and its spec leaves it to a person what becomes of the hosts. */
  | { readonly for: 'choice'; readonly reason: string; readonly since: string }
  | { readonly for: 'hosts'; readonly regions: readonly RegionName[]; readonly reason: 'no host' | 'all hosts pinned' }
  /** An existing CI has not reported all that is required; `fault`: in what the looks for it end. */
  | {
      readonly for: 'checks';
      readonly missing: readonly string[];
      readonly pending: readonly string[];
      readonly fault: string | null;
      readonly until: string;
    }
  /** Metrics are watched, of a stage or of all at the end; `text`: what they are now, and their bounds. */
  | { readonly for: 'metrics'; readonly stage: string | null; readonly text: string; readonly until: string }
  | { readonly for: 'bake'; readonly stage: string; readonly until: string }
  | { readonly for: 'regions'; readonly regions: readonly RegionName[]; readonly since: string }
  /** A hook of the spec runs, or its undo does. */
  | { readonly for: 'hook'; readonly text: string; readonly since: string }
  | { readonly for: 'undo'; readonly regions: readonly RegionName[]; readonly until: string }
  /** As above, past the time for it, and commands that come after wait with it. */
  | { readonly for: 'late-undo'; readonly regions: readonly RegionName[]; readonly commands: readonly string[] }
  /** Everything else is undone; these commands lose data. */
  | { readonly for: 'data-loss'; readonly commands: readonly string[]; readonly since: string }
  /** A token would end the wait, and none is looked at any more; `why`: what has shut them out. */
  | { readonly for: 'no-tokens'; readonly wait: Wait; readonly why: string };

/** Which of them it is: what follows from a wait is decided by this, never by its sentence. */
export type WaitKind = Wait['for'];

/**
 * Waits without an end of their own, for which an operator is woken. What people are asked in the course of things, as for
 * an approval, and what somebody wanted, as a pause, is not among them.
 */
export const waitsToAlertOn = [
  'decision',
  'choice',
  'late-undo',
  'data-loss',
  'no-tokens',
] as const satisfies readonly WaitKind[];

/** What it waits for, and what ends that, in one sentence. */
export function waitingSentence(service: ServiceName, wait: Wait): string {
  switch (wait.for) {
    case 'turn': {
      const active = wait.active === null ? '' : ` (${service}/${wait.active} is active)`;
      return `waits for ${counted(wait.ahead, 'deployment')} before it${active}`;
    }
    case 'unlock':
      return `the lane is ${lockSinceText(wait.lock)}; goes on when ${service} is unlocked`;
    case 'service':
      return `waits until ${service}/${wait.holder} has let go of the service`;
    case 'approval':
      return [`waits for approval ${approvalText(wait)}`, ...(wait.noWayBack ?? [])].join('; ');
    case 'stage-approval':
      return `waits for approval of stage ${wait.stage} ${approvalText(wait)}`;
    case 'replication':
      return `waits until the release is copied to ${named(wait.regions)}${wait.reason === null ? '' : `: ${wait.reason}`}`;
    case 'build-worker':
      return `no build worker had taken it up by ${clockTime(wait.since)}: all were busy, or none was there; goes on by itself`;
    case 'slot':
      return `waits for others to end, ${capWaitText(wait)}`;
    case 'fleet':
      return `waits since ${clockTime(wait.since)} for the fleet to say that it may begin`;
    case 'freeze': {
      const more = wait.more === 0 ? '' : ` (and ${counted(wait.more, 'more freeze')})`;
      return `${freezeSinceText(wait.freeze)}${more}; ${freezeEndText(wait.freeze)}`;
    }
    case 'window':
      return `its window (${wait.text}) is shut; goes on ${wait.opensAt === null ? 'when it opens' : clockTime(wait.opensAt)}`;
    case 'resume':
      return `paused since ${clockTime(wait.since)} by ${wait.by}${quoted(wait.reason)}; goes on when someone resumes it`;
    case 'decision':
      return `held since ${clockTime(wait.since)}: ${wait.reason}; a person must resume or abort it`;
    case 'choice':
      return `failed since ${clockTime(wait.since)} and can't go on: ${wait.reason}; a person must abort it: to undo it, or with hold to leave hosts where they are`;
    case 'hosts':
      return wait.reason === 'no host'
        ? `no host reports in ${named(wait.regions)}; goes on when one does`
        : `all hosts are pinned in ${named(wait.regions)}; goes on when an operator unpins one`;
    case 'checks':
      return `waits for checks: ${standingText(wait)}${wait.fault === null ? '' : ` (${wait.fault})`}; fails after ${clockTime(wait.until)}`;
    case 'metrics':
      return `watches metrics${wait.stage === null ? '' : ` of stage ${wait.stage}`} until ${clockTime(wait.until)}: ${wait.text}`;
    case 'bake':
      return `watches stage ${wait.stage} until ${clockTime(wait.until)}`;
    case 'regions':
      return `can't reach ${named(wait.regions)} since ${clockTime(wait.since)}; goes on when ${answers(wait.regions)}, or when a person skips ${wait.regions.length === 1 ? 'it' : 'them'}`;
    case 'hook':
      return `${wait.text}, since ${clockTime(wait.since)}`;
    case 'late-undo':
      return `waits until ${named(wait.regions)} ${isOrAre(wait.regions)} undone, and then runs ${inQuotes(wait.commands)}; goes on when ${answers(wait.regions)}, or when a person ends the undo`;
    case 'data-loss':
      return `waits since ${clockTime(wait.since)} for a person: ${inQuotes(wait.commands)} would lose data; resume runs it, the end of the undo leaves things as they are`;
    case 'no-tokens':
      return `${waitingSentence(service, wait.wait)}; but ${wait.why}`;
    case 'undo':
      return `waits until ${named(wait.regions)} ${isOrAre(wait.regions)} undone; after ${clockTime(wait.until)} it is left to the region's return`;
  }
}

const approvalText = ({ given, wanted, who, missing, expiresAt, glass = null }: ApprovalWait): string =>
  `(${given} of ${wanted}) by ${who}${missing.length === 0 ? '' : `, ${named(missing)} among them`}; expires ${clockTime(expiresAt)}${glass === null ? '' : glassText(glass)}`;

const glassText = ({ by, missing, until }: GlassWait): string =>
  `; glass broken by ${named(by)}, until ${clockTime(until)} ${missing} is wanted, too`;

const isOrAre = ({ length }: readonly RegionName[]): string => (length === 1 ? 'is' : 'are');

const answers = ({ length }: readonly RegionName[]): string => (length === 1 ? 'it answers' : 'they answer');

const quoted = (reason: string): string => (reason === '' ? '' : `: "${reason}"`);

const inQuotes = (commands: readonly string[]): string => named(commands.map((command) => `"${command}"`));

import type { HostId, RegionName } from '../../../domain/names.ts';
import { momentText, type Moment } from './moment.ts';

/** What goes wrong in a run, and when. */
export type Fault = Harm & { readonly when: Moment };

/** `forMs`: it ends by itself after so long, or with its run. */
export type Harm =
  /** `kill -9`, one right after the other. */
  | { readonly kind: 'kill'; readonly victims: readonly Victim[] }
  /** Told to end, as by an operator or a package's upgrade. */
  | { readonly kind: 'restart'; readonly victim: Victim }
  /** SIGSTOP, then SIGCONT: its sockets stay open, and it does not know that time has passed. */
  | { readonly kind: 'freeze'; readonly victim: Victim; readonly forMs: number }
  | { readonly kind: 'fill'; readonly disk: Disk; readonly forMs: number }
  /** Between a region's worker and Temporal and the api. `refused`: connections break; else nothing comes through. */
  | { readonly kind: 'cut'; readonly region: RegionName; readonly refused: boolean; readonly forMs: number }
  /** The agent's wall clock, there and back. */
  | { readonly kind: 'step-clock'; readonly host: HostId; readonly byMs: number; readonly forMs: number }
  /** In Temporal, as by an operator. */
  | { readonly kind: 'terminate'; readonly workflow: Terminated }
  /** A worker that has slept takes every step of the newest rollouts there once more (docs/goal-protocol.md §2). */
  | { readonly kind: 'late-steps'; readonly region: RegionName }
  /** The webhook of the merge comes once more, under the id of the delivery before or under another. */
  | { readonly kind: 'deliver-again'; readonly sameId: boolean };

export type FaultKind = Harm['kind'];

/** A program by its name in the supervisor (`control-worker`, `agent-eu-west-1`), or `keeper-<host>`. */
export type Victim = string;

/** What has a disk of its own in a run: `host-<host>`, `store-<region>`, `scratch` of builds. */
export type Disk = string;

/** `rollouts`, `undos`: of every region, as far as there are any. */
export const terminated = ['lane', 'fleet', 'deployment', 'rollouts', 'undos'] as const;
export type Terminated = (typeof terminated)[number];

/** `freeze gateway-eu-west for 30 s 120 ms after rolling` */
export const faultText = (fault: Fault): string => `${harmText(fault)} ${momentText(fault.when)}`;

export function harmText(harm: Harm): string {
  switch (harm.kind) {
    case 'kill':
      return `kill ${harm.victims.join(' and ')}`;
    case 'restart':
      return `restart ${harm.victim}`;
    case 'freeze':
      return `freeze ${harm.victim} ${forText(harm)}`;
    case 'fill':
      return `fill the disk of ${harm.disk} ${forText(harm)}`;
    case 'cut':
      return `cut ${harm.region} off (${harm.refused ? 'refused' : 'silent'}) ${forText(harm)}`;
    case 'step-clock':
      return `step the clock of ${harm.host} by ${harm.byMs / 1_000} s ${forText(harm)}`;
    case 'terminate':
      return `terminate the ${harm.workflow}`;
    case 'late-steps':
      return `take the steps of ${harm.region} again`;
    case 'deliver-again':
      return `deliver again under ${harm.sameId ? 'the same id' : 'another id'}`;
  }
}

const forText = ({ forMs }: { readonly forMs: number }): string => `for ${forMs / 1_000} s`;

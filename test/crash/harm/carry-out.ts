import { setTimeout as delay } from 'node:timers/promises';
import type { DeploymentState } from '../../../domain/states.ts';
import { untilMoment, type Sights } from '../run/moments.ts';
import { harmText, type Fault, type FaultKind, type Harm } from '../scenario/fault.ts';
import { momentText } from '../scenario/moment.ts';
import { doHarm, type Harmable } from './do-harm.ts';

/** What was done. */
export interface Harmed {
  readonly kind: FaultKind;
  /** What it was done to: a program, a disk, a region, a host, a workflow. */
  readonly on: string;
  /** In words. */
  readonly what: string;
  readonly when: string;
  /** State of the deployment that was active then, as people were shown it; `idle`: none was open. */
  readonly phase: Phase;
  readonly atMs: number;
  /** When it was over; `null` while it lasts. */
  readonly healedAtMs: number | null;
}

export type Phase = DeploymentState | 'idle';

export interface Harms {
  readonly harmed: readonly Harmed[];
  /** Resolves when each was made and is over, or its moment can't come any more. */
  done(): Promise<void>;
}

export interface CarryOut {
  readonly sights: Sights;
  /** Nothing more begins, and what lasts ends. */
  readonly over: AbortSignal;
}

/** Carries out the faults of a scenario, each at its moment, independently of each other. */
export function carryOut(faults: readonly Fault[], harmable: Harmable, { sights, over }: CarryOut): Harms {
  const harmed: Harmed[] = [];
  const all = faults.map(async (fault) => {
    if (!(await untilMoment(fault.when, sights, over))) return;
    for (const harm of oneByOne(fault)) await carryOutOne(harm, momentText(fault.when));
  });
  async function carryOutOne(harm: Harm, when: string): Promise<void> {
    const done = await untilDone(harm, harmable, over);
    if (done === null) return;
    const index = harmed.length;
    const phase = phaseOf(sights);
    const record = { kind: harm.kind, on: done.on, what: harmText(harm), when, phase, atMs: Date.now() };
    harmed.push({ ...record, healedAtMs: null });
    try {
      if ('forMs' in harm) await delay(harm.forMs, undefined, { signal: over }).catch(() => undefined);
    } finally {
      await done.heal();
      harmed[index] = { ...record, healedAtMs: Date.now() };
    }
  }
  return { harmed, done: async () => void (await Promise.all(all)) };
}

function phaseOf({ rows }: Sights): Phase {
  const open = rows.open.at(-1) ?? [];
  return (open.find(({ started }) => started) ?? open[0])?.state ?? 'idle';
}

/** Each of several victims counts by itself. */
const oneByOne = (harm: Harm): readonly Harm[] =>
  harm.kind === 'kill' ? harm.victims.map((victim) => ({ kind: 'kill', victims: [victim] })) : [harm];

const lookEveryMs = 10;

/** One that was killed a moment ago is harmed when it is back; a workflow is terminated when it is there. */
async function untilDone(harm: Harm, harmable: Harmable, over: AbortSignal) {
  while (!over.aborted) {
    const done = await doHarm(harm, harmable);
    if (done !== null) return done;
    await delay(lookEveryMs);
  }
  return null;
}

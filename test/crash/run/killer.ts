import { setTimeout as delay } from 'node:timers/promises';
import { momentText, type Kill, type Victim } from '../scenario/scenario.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { untilMoment, type Sights } from './moments.ts';
import { killVictim } from './victims.ts';

export interface Killed {
  readonly victim: Victim;
  readonly atMs: number;
  /** In words. */
  readonly when: string;
}

export interface Kills {
  /** Victims that were killed. */
  readonly killed: readonly Killed[];
  /** Resolves when each kill was made, or its moment can't come any more. */
  done(): Promise<void>;
}

/** Carries out the kills of a scenario, each at its moment, independently of each other. */
export function carryOutKills(stack: RunningStack, kills: readonly Kill[], sights: Sights, over: AbortSignal): Kills {
  const killed: Killed[] = [];
  const all = kills.map(async ({ victims, when }) => {
    if (!(await untilMoment(when, sights, over))) return;
    for (const victim of victims) {
      if (await killWhenThere(stack, victim, over)) killed.push({ victim, atMs: Date.now(), when: momentText(when) });
    }
  });
  return { killed, done: async () => void (await Promise.all(all)) };
}

const lookEveryMs = 10;

/** One that was killed a moment ago is killed again when it is back. */
async function killWhenThere(stack: RunningStack, victim: Victim, over: AbortSignal): Promise<boolean> {
  while (!killVictim(stack, victim)) {
    if (over.aborted) return false;
    await delay(lookEveryMs);
  }
  return true;
}

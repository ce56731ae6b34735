import { Client } from '@temporalio/client';
import { temporalNamespace } from '../../../infra/local/programs.ts';
import type { RunSettings } from '../run/run-settings.ts';
import type { Harm } from '../scenario/fault.ts';
import { takeStepsAgain } from './late-steps.ts';
import { freezeVictim, killVictim, restartVictim } from './signals.ts';
import { terminate } from './terminate.ts';

export interface Harmable extends RunSettings {
  /** Sends the webhook of the run's merge once more. */
  deliverAgain(sameId: boolean): Promise<void>;
}

interface Done {
  readonly on: string;
  /** Takes it back, as far as it doesn't pass by itself. */
  heal(): void | Promise<void>;
}

/** Does it once. `null` when what it is done to isn't there now. @throws Error without the means for it */
export async function doHarm(harm: Harm, harmable: Harmable): Promise<Done | null> {
  const { stack, means } = harmable;
  switch (harm.kind) {
    case 'kill': {
      const [victim] = harm.victims as [string];
      return killVictim(stack, victim) ? passing(victim) : null;
    }
    case 'restart': {
      const ended = restartVictim(stack, harm.victim);
      return ended === null ? null : { on: harm.victim, heal: ended };
    }
    case 'freeze': {
      const goOn = freezeVictim(stack, harm.victim);
      return goOn === null ? null : { on: harm.victim, heal: goOn };
    }
    case 'fill': {
      const disks = means?.disks ?? null;
      if (disks === null) throw new Error('no disk can be filled here');
      return { on: harm.disk, heal: await disks.fill(harm.disk) };
    }
    case 'cut': {
      const mended = (means?.links.get(harm.region) ?? []).map((link) => link.cut(harm.refused));
      if (mended.length === 0) throw new Error(`${harm.region} can't be cut off here`);
      return { on: harm.region, heal: () => mended.forEach((mend) => mend()) };
    }
    case 'step-clock': {
      if (means === null) throw new Error('no clock can be set here');
      return { on: harm.host, heal: means.clocks.step(harm.host, harm.byMs) };
    }
    case 'terminate': {
      if (means === null) throw new Error('nothing can be terminated here');
      const ids = await terminate(harmable, means.temporal, harm.workflow).catch(() => []); // Temporal may be away
      return ids.length === 0 ? null : passing(ids.join(', '));
    }
    case 'late-steps': {
      if (means === null) throw new Error('nothing can be taken again here');
      const client = new Client({ connection: means.temporal, namespace: temporalNamespace(stack.data) });
      const ids = await takeStepsAgain(harmable, client, harm.region).catch(() => []); // Temporal or Postgres may be away
      return ids.length === 0 ? null : passing(ids.join(', '));
    }
    case 'deliver-again':
      await harmable.deliverAgain(harm.sameId);
      return passing('the webhook');
  }
}

const passing = (on: string): Done => ({ on, heal: () => undefined });

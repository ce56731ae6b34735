import { setTimeout as delay } from 'node:timers/promises';
import { inBatch } from '../../../domain/goal/batch-order.ts';
import type { EventOf } from '../../../domain/host/events.ts';
import type { Digest, HostId } from '../../../domain/names.ts';
import type { Moment } from '../scenario/scenario.ts';

/** How far the deployment has come, as all hosts of the process together have heard. */
export interface Course {
  /** The release that it brings; `null` before it has begun. */
  brings(): Digest | null;
  hasEnded(): boolean;
  heard(host: HostId, event: EventOf<'goalSeen'>): void;
  isHealthy(host: HostId): void;
  end(): void;
  /** Whether the moment came, rather than the end. */
  until(host: HostId, moment: Moment): Promise<'reached' | 'ended'>;
  ended(): Promise<void>;
}

/** The second one: the first brings what all run before. */
const watched = 2;

export function openCourse(): Course {
  const gates = new Map<string, Gate>();
  const gate = (name: string): Gate => {
    const known = gates.get(name) ?? openGate();
    gates.set(name, known);
    return known;
  };
  let brings: Digest | null = null;
  return {
    brings: () => brings,
    hasEnded: () => gate('end').isOpen(),
    heard(host, { goal: { goal, position } }) {
      if (goal.attempt.deployment < watched) return;
      brings ??= goal.next?.release.digest ?? null;
      gate('begun').open();
      const batch = /^advance:(\d+)$/.exec(goal.step)?.[1];
      if (batch !== undefined) gate(`batch ${batch}`).open();
      if (goal.mode === 'advance' && inBatch(goal, { host, position })) gate(`told ${host}`).open();
    },
    isHealthy: (host) => gate(`healthy ${host}`).open(),
    end: () => gate('end').open(),
    ended: () => gate('end').opened,
    async until(host, moment) {
      const { opened } = gate(nameOf(host, moment));
      const ended = gate('end').opened.then(() => 'ended' as const);
      return Promise.race([opened.then(async () => (await delay(moment.afterMs), 'reached' as const)), ended]);
    },
  };
}

function nameOf(host: HostId, moment: Moment): string {
  switch (moment.on) {
    case 'begun':
      return 'begun';
    case 'batch':
      return `batch ${moment.batch}`;
    default:
      return `${moment.on} ${host}`;
  }
}

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
  isOpen(): boolean;
}

function openGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isOpen = false;
  return {
    opened: promise,
    open() {
      isOpen = true;
      resolve();
    },
    isOpen: () => isOpen,
  };
}

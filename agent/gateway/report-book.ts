import { isActing } from '../../domain/host/observed-state.ts';
import type { Digest } from '../../domain/names.ts';
import type { ReportBatch } from '../../protocol/gateway.ts';
import type { HostLoop } from '../host-loop.ts';
import { bootId } from '../process-identity.ts';
import { agentVersion } from '../version.ts';
import type { GatewayClock } from './gateway-clock.ts';
import { nextSequence } from './report-sequence.ts';
import { serviceReports } from './service-report.ts';

/** What this host has said of its services, and what it would say now. */
export interface ReportBook {
  now(): Statement;
  /** Whether it says something else than the last that was said. */
  isNews(statement: Statement): boolean;
  /** Since anything was said, or is being said; infinite before the first. */
  silentMs(): number;
  /** Since a gateway took anything, and answered so; infinite before the first. */
  unheardMs(): number;
  /** As it is sent: numbered. */
  batchOf(statement: Statement): Promise<ReportBatch>;
  /** It counts as said from here on, though nobody may ever hear it: whoever sent it tells what came of it. */
  say(statement: Statement): Said;
}

export interface Said {
  /** A gateway took it, and answered so. */
  heard(): void;
  /** None did: as if it had not been said. */
  takeBack(): void;
}

export interface Statement {
  readonly services: ReportBatch['services'];
  readonly text: string;
  /** Something is on its way on this host, of which it is soon told. */
  readonly isActing: boolean;
}

/** @param machine digest of the machine's id; null where there is none */
export function openReportBook(
  loop: HostLoop,
  machine: Digest | null,
  clock: Pick<GatewayClock, 'aheadMs'>,
): ReportBook {
  let last = { text: '', atMs: -Infinity };
  let heardAtMs = -Infinity;
  return {
    now() {
      const { host, services } = loop.state;
      const nowMs = Date.now();
      const reports = [...serviceReports(loop.state, nowMs, clock.aheadMs())];
      const acting = [...services.values()].some((service) => isActing(host, service, nowMs));
      return { services: reports, text: JSON.stringify(reports), isActing: acting };
    },
    isNews: ({ text }) => text !== last.text,
    silentMs: () => performance.now() - last.atMs,
    unheardMs: () => performance.now() - heardAtMs,
    async batchOf({ services }) {
      const sequence = await nextSequence(loop);
      const { indexVersion, root } = loop.state;
      const clockAheadMs = clock.aheadMs();
      const known = {
        indexVersion,
        ...(root && { rootVersion: root.version }),
        ...(clockAheadMs !== null && { clockAheadMs: Math.round(clockAheadMs) }),
      };
      return { sequence, bootId: bootId(), agentVersion, machine, ...known, services };
    },
    say({ text }) {
      const [before, now] = [last, { text, atMs: performance.now() }];
      last = now;
      return {
        heard: () => void (heardAtMs = performance.now()),
        takeBack: () => void (last = last === now ? before : last),
      };
    },
  };
}

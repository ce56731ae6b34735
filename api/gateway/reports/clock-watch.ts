import { isClockOff } from '../../../domain/host/clock-skew.ts';
import type { HostId } from '../../../domain/names.ts';
import type { ReportBatch } from '../../../protocol/gateway.ts';
import { heardWithinMs } from './index-watch.ts';

/** Which of a gateway's hosts have another time than it has. */
export interface ClockWatch {
  /** What a host said, in a report that was taken. */
  hear(host: HostId, said: Pick<ReportBatch, 'clockAheadMs'>): void;
  /** Hosts that are heard, and whose clock is off. */
  off(): number;
}

export interface ClockWatchOptions {
  /** Told once, when a host's clock is off, and when it isn't any more. */
  readonly onChange: (host: HostId, clock: { readonly aheadMs: number; readonly isOff: boolean }) => void;
  /** Monotonic, ms. */
  readonly now?: () => number;
}

/** A host knows the difference by what the gateway has answered it; only those that are off are held, in memory. */
export function watchClocks({ onChange, now = () => performance.now() }: ClockWatchOptions): ClockWatch {
  const heardMs = new Map<HostId, number>();
  return {
    hear(host, { clockAheadMs: aheadMs }) {
      // Just started, or of the version before: it says nothing of its clock.
      if (aheadMs === undefined) return;
      const [isOff, wasOff] = [isClockOff(aheadMs), heardMs.has(host)];
      if (isOff) heardMs.set(host, now());
      else heardMs.delete(host);
      if (isOff !== wasOff) onChange(host, { aheadMs, isOff });
    },
    off() {
      const since = now() - heardWithinMs;
      for (const [host, lastMs] of heardMs) if (lastMs <= since) heardMs.delete(host);
      return heardMs.size;
    },
  };
}

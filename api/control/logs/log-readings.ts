import type { HostId, RegionName, ServiceName } from '../../../domain/names.ts';
import type { NextLogs } from '../../../protocol/api/log-reading.ts';
import type { AskedReading, LogChunkAnswer, LogPart } from '../../../protocol/log-reading.ts';

export interface NewReading {
  readonly service: ServiceName;
  readonly region: RegionName;
  readonly host: HostId | null;
  readonly every: boolean;
  readonly lines: number;
  readonly follow: boolean;
  readonly by: string;
  readonly reason: string | null;
  /** Of the request: a repeat opens no other. */
  readonly key: string;
}

/** Whose reading it is: nobody else is given what it reads. */
export interface OwnReading {
  readonly reading: string;
  readonly service: ServiceName;
  readonly by: string;
}

/** What people read of the output of instances. Nothing of it is kept: chunks are gone once they were seen, or the lease ended. */
export interface LogReadings {
  /** Audited. `busy` says why, for people. */
  open(reading: NewReading): Promise<{ readonly outcome: 'opened'; readonly reading: string } | Busy>;
  /** Renews the lease; forgets what was seen. `null`: there is no such reading any more. */
  next(own: OwnReading, seen: Readonly<Record<string, number>>): Promise<NextLogs | null>;
  end(own: OwnReading): Promise<void>;
  /** Of one region, as long as their leases hold. */
  listOf(region: RegionName): Promise<readonly AskedReading[]>;
  /** Of which hosts it is, is audited when it is told first. */
  take(part: LogPart): Promise<LogChunkAnswer>;
}

interface Busy {
  readonly outcome: 'busy';
  readonly why: string;
}

/** Tells of readings, in whichever api something of them happened. */
export interface LogBell {
  /** From now on; `within` answers when there was something, after `ms`, or when the signal aborts. */
  expect(about: { readonly region: RegionName } | { readonly reading: string }): Expected;
  close(): Promise<void>;
}

export interface Expected {
  within(ms: number, signal: AbortSignal): Promise<void>;
  forget(): void;
}

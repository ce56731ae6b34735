import type { HostId, ServiceName } from '../../../domain/names.ts';
import type { ReportBatch, ServiceReport } from '../../../protocol/gateway.ts';

/** What one host said, once. */
export interface HostReport extends ReportBatch {
  readonly host: HostId;
}

/** A switch that this region had not heard of before. */
export interface ReportedSwitch {
  readonly host: HostId;
  readonly service: ServiceName;
  readonly running: ServiceReport['running'];
  readonly state: ServiceReport['state'];
  readonly trace: NonNullable<ServiceReport['trace']>;
}

export interface ReportStore {
  /** Takes up all of them in one statement; reports that are older than what is known change nothing. */
  store(reports: readonly HostReport[]): Promise<readonly ReportedSwitch[]>;
}

/** Takes reports one by one, and stores those that come at the same time together. */
export interface ReportIntake {
  /** Resolves when the report is durable. */
  take(report: HostReport): Promise<void>;
  /** Reports that are not being stored yet. */
  waiting(): number;
}

interface Pending {
  readonly report: HostReport;
  readonly taken: PromiseWithResolvers<void>;
}

/** In one statement; 20,000 hosts that report every minute are 330 a second. */
const mostAtOnce = 500;

/** While one statement runs, what arrives waits for the next: few writes under load, and no delay without. */
export function openReportIntake(store: ReportStore, onSwitch: (reported: ReportedSwitch) => void): ReportIntake {
  const waiting: Pending[] = [];
  let storing = false;

  async function storeWaiting(): Promise<void> {
    storing = true;
    while (waiting.length > 0) await storeTogether(waiting.splice(0, mostAtOnce));
    storing = false;
  }
  async function storeTogether(together: readonly Pending[]): Promise<void> {
    try {
      const switches = await store.store(together.map(({ report }) => report));
      switches.forEach(onSwitch);
      for (const { taken } of together) taken.resolve();
    } catch (error) {
      // One report that the database can't hold must not cost the others theirs.
      if (together.length > 1 && isRefusedData(error)) {
        for (const one of together) await storeTogether([one]);
      } else {
        for (const { taken } of together) taken.reject(error);
      }
    }
  }
  return {
    take(report) {
      const taken = Promise.withResolvers<void>();
      waiting.push({ report, taken });
      if (!storing) void storeWaiting();
      return taken.promise;
    },
    waiting: () => waiting.length,
  };
}

/** SQLSTATE classes 22 and 23: the data, not the database. */
const isRefusedData = (error: unknown): boolean => /^2[23]/.test(String((error as { code?: unknown }).code));

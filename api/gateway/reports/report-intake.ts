import type { HostId, ServiceName } from '../../../domain/names.ts';
import type { ReportBatch, ServiceReport } from '../../../protocol/gateway.ts';
import { together } from '../together.ts';

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

/** In one statement; 20,000 hosts that report every minute are 330 a second. */
const mostAtOnce = 500;
/** A statement costs the database more than the report in it: of 20,000 hosts at rest a dozen share one (docs/results.md). */
const apartMs = 50;

/** While one statement runs, and a little longer, what arrives waits for the next: few writes under load, and no delay without. */
export function openReportIntake(store: ReportStore, onSwitch: (reported: ReportedSwitch) => void): ReportIntake {
  const { ask, waiting } = together(storeAll, mostAtOnce, apartMs);

  /** Answers the error that a report met alone; null for those that are stored. */
  async function storeAll(reports: readonly HostReport[]): Promise<ReadonlyMap<HostReport, Error | null>> {
    try {
      const switches = await store.store(reports);
      switches.forEach(onSwitch);
      return new Map(reports.map((report) => [report, null]));
    } catch (error) {
      if (reports.length === 1 || !isRefusedData(error)) throw error;
      // One report that the database can't hold must not cost the others theirs.
      const met = new Map<HostReport, Error | null>();
      for (const report of reports)
        met.set(
          report,
          await storeAll([report]).then(
            () => null,
            (alone: Error) => alone,
          ),
        );
      return met;
    }
  }
  return {
    async take(report) {
      const error = await ask(report);
      if (error) throw error;
    },
    waiting,
  };
}

/** SQLSTATE classes 22 and 23: the data, not the database. */
const isRefusedData = (error: unknown): boolean => /^2[23]/.test(String((error as { code?: unknown }).code));

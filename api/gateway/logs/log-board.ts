import type { HostId } from '../../../domain/names.ts';
import type { LogChunk, LogChunkAnswer, LogRequest } from '../../../protocol/log-reading.ts';

/** A reading of the region, and whose output it wants. */
export interface StandingReading extends LogRequest {
  readonly hosts: readonly HostId[];
}

export interface LogStore {
  /** Those whose lease holds. */
  list(): Promise<readonly StandingReading[]>;
  /** Of a host that the reading is about; of any other nobody reads. */
  take(host: HostId, chunk: LogChunk): Promise<LogChunkAnswer>;
}

/** What is to be read of this region's hosts, as it was last looked up. */
export interface LogBoard {
  /** Looks again, and calls the hosts of which more is wanted. Calls must not overlap. */
  refresh(): Promise<void>;
  /** What the host is to be asked for. @param known readings that it has taken up; undefined of an agent that can't be read */
  wantedOf(host: HostId, known: readonly string[] | undefined): readonly LogRequest[];
  take(host: HostId, chunk: LogChunk): Promise<LogChunkAnswer>;
}

const tooOld = { sequence: 1, text: '', gap: false, ended: 'agent-too-old' } as const;

/** @param call the host's poll is to be answered @param onFault what could not be stored, of a host that can't be read */
export function createLogBoard(
  store: LogStore,
  call: (host: HostId) => void,
  onFault: (error: unknown) => void,
): LogBoard {
  let wanted: ReadonlyMap<HostId, readonly LogRequest[]> = new Map();
  /** Who has none of it any more, until it is gone from the list. */
  const over = new Set<string>();
  const nameOf = (host: HostId, reading: string): string => `${reading}/${host}`;
  const wantedNow = (host: HostId): readonly LogRequest[] =>
    (wanted.get(host) ?? []).filter(({ reading }) => !over.has(nameOf(host, reading)));

  async function take(host: HostId, chunk: LogChunk): Promise<LogChunkAnswer> {
    const answer = await store.take(host, chunk);
    if (!answer.goesOn || (chunk.ended !== null && answer.taken)) over.add(nameOf(host, chunk.reading));
    return answer;
  }
  /** Once: who reads is told instead of waiting in vain. */
  function tellTooOld(host: HostId): void {
    for (const { reading } of wantedNow(host)) {
      over.add(nameOf(host, reading));
      take(host, { ...tooOld, reading }).catch(onFault);
    }
  }
  return {
    async refresh() {
      const before = wanted;
      wanted = byHost(await store.list());
      const standing = new Set(
        [...wanted].flatMap(([host, requests]) => requests.map(({ reading }) => nameOf(host, reading))),
      );
      for (const name of over) if (!standing.has(name)) over.delete(name);
      for (const [host, requests] of wanted) {
        const had = new Set(before.get(host)?.map(({ reading }) => reading));
        if (requests.some(({ reading }) => !had.has(reading))) call(host);
      }
    },
    wantedOf(host, known) {
      if (!wanted.has(host)) return [];
      if (known !== undefined) return wantedNow(host).filter(({ reading }) => !known.includes(reading));
      tellTooOld(host);
      return [];
    },
    take,
  };
}

function byHost(readings: readonly StandingReading[]): ReadonlyMap<HostId, readonly LogRequest[]> {
  const wanted = new Map<HostId, LogRequest[]>();
  for (const { hosts, ...request } of readings)
    for (const host of hosts) wanted.set(host, [...(wanted.get(host) ?? []), request]);
  return wanted;
}

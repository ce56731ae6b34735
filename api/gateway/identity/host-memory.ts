import type { HostId } from '../../../domain/names.ts';
import { together } from '../together.ts';
import type { IdentityStore, StoredHost } from './identity-store.ts';

/**
 * Hosts as they were read lately. What is remembered only ever lets in who was let in before and says what was said before;
 * a refusal, a change of keys or of a boot is decided by what the region has now.
 */
export interface HostMemory extends Omit<IdentityStore, 'findAll'> {
  /** As remembered, where that is enough for the caller; else as the region has it now. */
  find(host: HostId, isEnough?: (remembered: StoredHost) => boolean): Promise<StoredHost | null>;
  /** Something of the host is another by now. */
  forget(host: HostId): void;
  /** Changes are told from now on; or they are not, and nothing is remembered. */
  follow(isTold: boolean): void;
  /** Questions that wait for the database. */
  waiting(): number;
  size(): number;
}

/** Some polls of a host at rest; what it says with them notes it as seen. What is another by then was told. */
const rememberedMs = 150_000;
/** 20,000 hosts and as many again, at 1 KB each. */
const mostRemembered = 40_000;
const mostAtOnce = 500;

interface Remembered {
  readonly host: StoredHost;
  readonly readAtMs: number;
}

export function openHostMemory(
  store: IdentityStore,
  now: () => number = () => performance.now(),
  most = mostRemembered,
): HostMemory {
  const known = new Map<HostId, Remembered>();
  /** Of which nothing was heard since they were asked for: only then the answer may be kept. */
  const asked = new Map<HostId, object>();
  const { ask, waiting } = together(store.findAll, mostAtOnce);
  let isTold = false;

  async function read(host: HostId): Promise<StoredHost | null> {
    const readAtMs = now();
    const own = {};
    if (isTold) asked.set(host, own);
    try {
      const found = await ask(host);
      if (found === undefined) known.delete(host);
      else if (asked.get(host) === own) remember(host, { host: found, readAtMs });
      return found ?? null;
    } finally {
      if (asked.get(host) === own) asked.delete(host);
    }
  }
  function remember(host: HostId, remembered: Remembered): void {
    known.delete(host);
    known.set(host, remembered);
    if (known.size > most) known.delete(known.keys().next().value!); // the one that was read first
  }
  function forget(host: HostId): void {
    known.delete(host);
    asked.delete(host);
  }
  /** What this gateway changes itself it need not be told of. */
  const forgetting =
    <Rest extends unknown[], Result>(change: (host: HostId, ...rest: Rest) => Promise<Result>) =>
    (host: HostId, ...rest: Rest): Promise<Result> =>
      change(host, ...rest).finally(() => forget(host));
  return {
    find(host, isEnough = () => true) {
      const remembered = known.get(host);
      const isNew = remembered !== undefined && now() - remembered.readAtMs < rememberedMs;
      return isNew && isEnough(remembered.host) ? Promise.resolve(remembered.host) : read(host);
    },
    forget,
    follow(told) {
      isTold = told;
      known.clear();
      asked.clear();
    },
    waiting,
    size: () => known.size,
    promote: forgetting(store.promote),
    notePresence: forgetting(store.notePresence),
    quarantine: forgetting(store.quarantine),
    enroll: (enrolment) => store.enroll(enrolment).finally(() => forget(enrolment.host)),
    renew: (renewal) => store.renew(renewal).finally(() => forget(renewal.host)),
    shutOut: store.shutOut,
  };
}

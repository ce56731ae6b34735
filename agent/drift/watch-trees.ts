import { isOutdated, namedDifferences } from '../../domain/host/drift.ts';
import { serviceOf, type HostState, type ServiceState } from '../../domain/host/service-state.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { openBell } from '../gateway/bell.ts';
import type { HostLoop } from '../host-loop.ts';
import type { Log } from '../log.ts';
import { findDifferences, type FoundDrift } from './find-differences.ts';
import { openLookMemory, type LookMemory } from './look-memory.ts';
import { openPace, type Pace } from './pace.ts';
import { removeReplaced } from './replace-tree.ts';

export interface TreeWatch {
  readonly loop: Pick<HostLoop, 'state' | 'dispatch' | 'onChange'>;
  readonly directory: AgentDirectory;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Between two looks at all services. */
  readonly everyMs: number;
}

/** Of large trees: of the time that a look took, which is mostly rest already. */
const restsFor = 3;
/** A mend waits up to so many intervals, each host another while. */
const spreadIntervals = 2;

/**
 * Looks at the installed tree of what runs, of each service, every so often and after each switch, and says what differs. It changes
 * nothing itself. Never ends by an error: what can't be looked at now is looked at next time.
 */
export async function watchTrees(watch: TreeWatch): Promise<void> {
  const { loop, signal, everyMs } = watch;
  const bell = openBell(signal);
  const memories = new Map<ServiceName, LookMemory>();
  const pace = openPace(signal);
  let current = currentTrees(loop.state);
  const unsubscribe = loop.onChange((state) => {
    const now = currentTrees(state);
    if (now !== current) bell.ring();
    current = now;
  });
  while (!signal.aborted) {
    const from = performance.now();
    for (const service of loop.state.services.keys())
      await lookAt(service, watch, pace, memories).catch(tell(service, watch));
    const tookMs = performance.now() - from;
    await bell.wait(Math.max(everyMs * (0.8 + 0.4 * Math.random()), tookMs * restsFor));
  }
  unsubscribe();
}

const currentTrees = ({ services }: HostState): string =>
  [...services.values()].map(({ service, current, mends }) => `${service} ${current} ${mends.at(-1)}`).join('\n');

const tell =
  (service: ServiceName, { log, signal }: TreeWatch) =>
  (error: unknown): void => {
    if (!signal.aborted)
      log.warn('an installed tree could not be looked at', { service, reason: (error as Error).message });
  };

async function lookAt(
  service: ServiceName,
  watch: TreeWatch,
  pace: Pace,
  memories: Map<ServiceName, LookMemory>,
): Promise<void> {
  const { loop, directory } = watch;
  // As it is now: the looks at those before it may have taken minutes.
  const before = serviceOf(loop.state, service);
  const { current } = before;
  if (!isOutdated(before) && !before.acting) await removeReplaced(directory.service(service), watch.log);
  if (current === null || before.acting || !before.onDisk.includes(current)) return;
  const memory = memoryOf(service, current, memories);
  const found = await findDifferences(directory.service(service), current, pace, memory);
  const now = loop.state.services.get(service);
  // What was exchanged while it was looked at is looked at again.
  if (now === undefined || now.acting || now.current !== current || now.mends !== before.mends) return;
  tellUnseen(now, found, watch);
  if (found.differences.length > 0) await tellFound(now, current, found, watch);
  // Of what could not be looked at nobody knows whether it is right again.
  else if (found.unseen.length === 0 && now.drift?.isMended === false)
    await loop.dispatch({ type: 'driftGone', service, release: current, atMs: Date.now() });
}

function memoryOf(service: ServiceName, release: Digest, memories: Map<ServiceName, LookMemory>): LookMemory {
  const known = memories.get(service);
  const memory = known?.release === release ? known : openLookMemory(release);
  memories.set(service, memory);
  return memory;
}

function tellUnseen({ service }: ServiceState, { unseen }: FoundDrift, watch: TreeWatch): void {
  const [first] = unseen;
  if (first === undefined) return;
  const more = unseen.length === 1 ? '' : ` and ${unseen.length - 1} more`;
  tell(service, watch)(new Error(`${first.path} (${first.code})${more}; looked at again later`));
}

async function tellFound(now: ServiceState, release: Digest, found: FoundDrift, watch: TreeWatch): Promise<void> {
  const { service, drift } = now;
  const { differences, policy } = found;
  const named = differences.slice(0, namedDifferences);
  const [count, known] = [differences.length, drift?.isMended === false ? drift : null];
  if (known?.count === count && JSON.stringify(known.differences) === JSON.stringify(named)) return;
  watch.log.error('an installed tree was changed', { service, release, count, differences: named.slice(0, 3) });
  const atMs = Date.now();
  const mendAtMs = atMs + Math.round(Math.random() * spreadIntervals * watch.everyMs);
  await watch.loop.dispatch({
    type: 'driftFound',
    service,
    release,
    policy,
    differences: named,
    count,
    mendAtMs,
    atMs,
  });
}

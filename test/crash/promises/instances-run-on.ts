import type { DurableEvent } from '../../../domain/host/events.ts';
import type { HostEvidence, RunEvidence } from '../evidence/evidence.ts';
import type { HostLook } from '../evidence/look-at-hosts.ts';

/** An instance of the sample has to be listening so long after it was started, on a machine with much else to do. */
const startMs = 10_000;
/** A host is looked at so often; what is seen in between is known only to be in between. */
const betweenLooksMs = 1_000;

/**
 * Promise 14: without the control plane, hosts keep running what they run. An instance answers, and keeps its process, at
 * all times but while its own host switches.
 */
export const instancesRunOn = ({ hosts }: Pick<RunEvidence, 'hosts'>): string[] =>
  hosts.flatMap((host) => [...silences(host).slice(0, 1), ...changesOfProcess(host)]);

const silences = ({ host, looks, journal }: HostEvidence): string[] =>
  looks
    .filter(({ answers, atMs }) => answers === null && !isSwitching(journal, atMs))
    .map(
      ({ atMs }) => `the instance of ${host} did not answer at ${new Date(atMs).toISOString()}, and no switch was due`,
    );

function isSwitching(journal: readonly DurableEvent[], atMs: number): boolean {
  return journal.some((event, index) => {
    if (event.type !== 'switchIntended' || event.atMs - betweenLooksMs > atMs) return false;
    const started = journal.slice(index).find(({ type }) => type === 'instanceStarted');
    return started === undefined || atMs <= started.atMs + startMs;
  });
}

function changesOfProcess({ host, looks, journal }: HostEvidence): string[] {
  const known = looks.filter(({ pid }) => pid !== null);
  return known.flatMap((look, index) => {
    const before = known[index - 1];
    if (before === undefined || before.pid === look.pid || startedBetween(journal, before, look)) return [];
    return [`the instance of ${host} became another process without a switch`];
  });
}

const startedBetween = (journal: readonly DurableEvent[], from: HostLook, to: HostLook): boolean =>
  journal.some(
    ({ type, atMs }) => type === 'switchIntended' && from.atMs - startMs <= atMs && atMs <= to.atMs + betweenLooksMs,
  );

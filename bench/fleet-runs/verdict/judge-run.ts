import type { FleetRun, RunHost } from '../scenario/scenario.ts';
import { fateOf } from './host-fate.ts';
import { rightEnds, type RightEnds } from './right-ends.ts';
import type { HostEnd, RunEnd, Running } from './run-end.ts';

/** What is promised of a host that comes back. */
const rightWithinMs = 60_000;

/** What is wrong about how a run came out, a sentence each; empty when nothing is. */
export function judgeRun(run: FleetRun, end: RunEnd): readonly string[] {
  const right = rightEnds(run, end.act === 'made' ? 'made' : 'none');
  return [
    ...wrongOutcome(right, end),
    ...wrongBlame(run, end),
    ...tooFar(right, end),
    ...run.hosts.flatMap((host) => wrongHost(host, run, end)),
    ...leftOpen(run, end),
    ...doubles(end),
  ];
}

function wrongOutcome(right: RightEnds, { outcome, reason, held, pending }: RunEnd): readonly string[] {
  const isRight = right.outcomes.some((each) => each === outcome);
  return [
    ...(isRight || (held && right.mayHold && outcome === 'undone')
      ? []
      : [`ended ${outcome}, and ${right.outcomes.join(' or ')} is right: ${reason}`]),
    ...(held && !right.mayHold ? [`a person was asked without need: ${reason}`] : []),
    ...(pending.length > 0 && !right.mayOwe ? [`${pending.join(', ')} owed its undo`] : []),
  ];
}

/** Where it is a matter of time whether a deployment is undone, those that it names as failed or lost must be such as may be. */
function wrongBlame(run: FleetRun, { outcome, act, reason }: RunEnd): readonly string[] {
  if (outcome === 'succeeded' || act === 'made') return [];
  const blamed: readonly string[] = reason?.match(/\bhost-\d+\b/g) ?? [];
  return run.hosts
    .filter((host) => blamed.includes(host.host) && fateOf(host, run).fails === 'never')
    .map(({ host }) => `${host} is blamed, and did as it should: ${reason}`);
}

/** Never more than the budget and the batch in which it broke. */
function tooFar({ stopsBy }: RightEnds, { batches, cut, hosts, outcome }: RunEnd): readonly string[] {
  const last = Math.max(0, ...batches.map(({ number }) => number));
  const told = new Set(batches.flatMap((batch) => batch.hosts));
  const outOfTurn = hosts.filter(
    ({ host, position, touched }) => touched && !told.has(host) && (cut === null || position > cut),
  );
  return [
    ...(stopsBy !== null && last > stopsBy ? [`batch ${last} began, and ${stopsBy} had to be the last`] : []),
    ...(outcome === 'succeeded' ? [] : outOfTurn.map(({ host }) => `${host} had the release before its turn`)),
  ];
}

function wrongHost({ host, way, badHere }: RunHost, run: FleetRun, end: RunEnd): readonly string[] {
  const seen = end.hosts.find((each) => each.host === host);
  if (seen === undefined) return [`nothing is known of ${host}`];
  const rights = rightReleases({ host, way, badHere }, run, end);
  if (seen.isAway) return way.kind === 'away' && way.until === 'never' ? [] : [`${host} did not come back`];
  if (!rights.includes(seen.runs))
    return [`${host} ends on ${nameOf(seen.runs)}, not on ${rights.map(nameOf).join(' or ')}`];
  return [...lateReturn(seen, end), ...switchedOften(seen)];
}

/** Whether a host is where it belongs when all is over: gone for good, or there and on a right release. */
export function isRight(
  host: RunHost,
  { isAway, runs }: Pick<HostEnd, 'isAway' | 'runs'>,
  run: Pick<FleetRun, 'release'>,
  end: Pick<RunEnd, 'outcome' | 'act'>,
): boolean {
  if (isAway) return host.way.kind === 'away' && host.way.until === 'never';
  return rightReleases(host, run, end).includes(runs);
}

/** What a host may run when all is over. Liars are held to what they do, not to what they say. */
export function rightReleases(
  { way, badHere }: RunHost,
  { release }: Pick<FleetRun, 'release'>,
  { outcome, act }: Pick<RunEnd, 'outcome' | 'act'>,
): readonly Running[] {
  if (outcome !== 'succeeded' || act === 'late') return ['first'];
  const lie = way.kind === 'liar' ? way.lie : null;
  if (lie === 'done-though-idle') return ['first'];
  if (release === 'good' || !badHere || lie === 'healthy-though-bad') return ['second'];
  // It has failed within the budget. Who came when that was the base has nothing to go back to.
  return way.kind === 'away' ? ['first', 'second', 'nothing'] : ['first'];
}

function lateReturn({ host, returnedAtMs, sinceMs }: HostEnd, { endedAtMs }: RunEnd): readonly string[] {
  if (returnedAtMs === null) return [];
  const tookMs = sinceMs - Math.max(returnedAtMs, endedAtMs);
  return tookMs <= rightWithinMs ? [] : [`${host} had the right release ${tookMs} ms after it was back`];
}

/** There and back, and from another life. More means that a switch was redone. */
const switchedOften = ({ host, switches, returnedAtMs }: HostEnd): readonly string[] =>
  (switches ?? 0) > (returnedAtMs === null ? 2 : 4) ? [`${host} changed over ${switches} times`] : [];

function leftOpen(run: FleetRun, { open, obligations, pending }: RunEnd): readonly string[] {
  const mayTakeLonger = pending.length > 0 && owesForLong(run);
  return [
    ...open.map((id) => `${id} has not closed`),
    ...(obligations > 0 && !mayTakeLonger ? [`${obligations} obligations are not met`] : []),
  ];
}

/**
 * An undo that is owed waits three minutes for silent hosts, since a region that was away may have kept them from being heard:
 * longer than a run that has one looks on. What is owed then has to be met by the end of all runs.
 */
export const owesForLong = ({ hosts }: FleetRun): boolean =>
  hosts.some(({ way }) => way.kind === 'away' && way.until === 'never');

function doubles({ batches, deployments, recordedEnds }: RunEnd): readonly string[] {
  const numbers = batches.map(({ number }) => number);
  const hosts = batches.flatMap((batch) => batch.hosts);
  return [
    ...(numbers.every((number, index) => number === index + 1) ? [] : [`batches are numbered ${numbers.join(', ')}`]),
    ...(new Set(hosts).size === hosts.length ? [] : ['a host was brought by two batches']),
    ...(deployments === 2 ? [] : [`there are ${deployments} deployments`]),
    ...(recordedEnds.length === 2 ? [] : [`the audit has the ends of ${recordedEnds.join(', ')}`]),
  ];
}

const nameOf = (running: Running): string => (running === 'nothing' ? 'nothing' : `the ${running} release`);

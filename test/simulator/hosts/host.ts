/**
 * A host as the goal's rule sees it (domain/goal/host-rule.ts): what it takes up, switches to, reverts to and reports. How an
 * agent gets from one to the other, killed at any step, is the matter of domain/host/simulated-host.ts.
 */
import { compareAttempts } from '../../../domain/goal/attempt.ts';
import { goalContentOf } from '../../../domain/goal/content.ts';
import type { GoalRow } from '../../../domain/goal/goal.ts';
import type { HostMemory, VerifiedGoal } from '../../../domain/goal/verified-goal.ts';
import type { Digest, HostId } from '../../../domain/names.ts';
import { positionOf, releaseOf } from '../world/names.ts';
import type { Host, Region, Said, World } from '../world/world.ts';

export const newHost = (id: HostId): Host => ({
  id,
  up: true,
  memory: { host: id, floor: null, refused: [], pin: null, running: null, onDisk: [] },
  goal: null,
  before: null,
  health: 'stopped',
  onTrial: false,
});

export function replaceHost(region: Region, host: Host): void {
  region.hosts = region.hosts.map((each) => (each.id === host.id ? host : each));
}

/** One generation has one content: the row itself tells contents apart here. */
function verified(region: Region, row: GoalRow, host: HostId): VerifiedGoal {
  const goal = goalContentOf(row);
  const { base, next, generation, mode, cut, keep, attempt } = goal;
  const content = [generation, attempt.deployment, attempt.local, mode, cut, keep, base, next];
  return {
    goal: { ...goal, admissions: [], issuedAt: '', expiresAt: '' },
    contentDigest: JSON.stringify(content) as Digest,
    admitted: next === null || region.database.admitted.includes(next.release.digest),
    position: positionOf(attempt.deployment, host),
    selected: { base: base !== null, next: next !== null },
  };
}

/** Whether the host would take the goal up and go on with what it runs. */
export function staysBy(world: World, region: Region, host: Host, row: GoalRow): boolean {
  const decision = world.setting.decisions.decideHost(verified(region, row, host.id), host.memory);
  return decision.do === 'stay' || (decision.do === 'stop' && host.memory.running === null);
}

/** Hears a goal, the newest or an old one that came late, and does at once what it asks. */
export function hear(world: World, region: Region, host: Host, row: GoalRow): void {
  const goal = verified(region, row, host.id);
  const decision = world.setting.decisions.decideHost(goal, host.memory);
  if (decision.do === 'ignore') return;
  const { attempt, generation } = goal.goal;
  const floor = { attempt, generation, contentDigest: goal.contentDigest };
  world.setting.notice(world, { kind: 'goal taken up', region, host, row, floor });
  const onDisk = [...new Set([...host.memory.onDisk, ...decision.fetch])];
  const heard = { ...host, goal, memory: { ...host.memory, floor, onDisk } };
  const target = decision.do === 'stop' ? null : decision.release;
  const knew = host.memory.floor?.attempt.deployment ?? 0;
  replaceHost(region, switched(world, region, heard, target, decision.do === 'run' ? 'goal' : 'stay', knew));
}

function switched(
  world: World,
  region: Region,
  host: Host,
  to: Digest | null,
  why: 'goal' | 'stay' | 'revert' | 'pin',
  knew = 0,
): Host {
  const from = host.memory.running;
  if (from === to) return host;
  world.setting.notice(world, { kind: 'host switched', region, host, from, to, why, knew });
  // An unconfirmed release is nothing to go back to.
  const before = why === 'goal' && !host.onTrial ? from : host.before;
  const memory: HostMemory = { ...host.memory, running: to };
  return { ...host, memory, before, health: to === null ? 'stopped' : 'starting', onTrial: to !== null };
}

/** What runs shows how it is: well, or failed, and then the host reverts. */
export function show(world: World, region: Region, host: Host, fails: boolean): void {
  if (host.health !== 'starting') return;
  if (fails) return fail(world, region, host);
  replaceHost(region, { ...host, health: 'healthy', onTrial: false });
}

/** What runs fails: the host refuses it in this deployment and reverts, by the goal that it has taken up. */
export function fail(world: World, region: Region, host: Host): void {
  const { goal, memory, before } = host;
  const { running } = memory;
  if (goal === null || running === null) return;
  const refusal = { deployment: goal.goal.attempt.deployment, digest: running, reason: 'answered 500' };
  const refused = [...memory.refused.filter(({ digest }) => digest !== running), refusal];
  const failed: Host = { ...host, memory: { ...memory, refused }, health: 'unhealthy', onTrial: false };
  const decision = world.setting.decisions.decideRevert(goal, failed.memory, running, before);
  const to = decision.do === 'ignore' || decision.do === 'stop' ? null : decision.release;
  replaceHost(region, switched(world, region, failed, decision.do === 'stop' ? null : to, 'revert'));
}

/** The host's operator keeps it where it is, or puts it back on a release that lies on its disk. */
export function pin(world: World, region: Region, host: Host, release: Digest): void {
  const pinned = { ...host, memory: { ...host.memory, pin: release } };
  replaceHost(region, switched(world, region, pinned, release, 'pin'));
}

export function unpin(region: Region, host: Host): void {
  replaceHost(region, { ...host, memory: { ...host.memory, pin: null } });
}

/** Tells the region what it runs and how well. */
export function report(world: World, region: Region, host: Host): void {
  const { memory, health } = host;
  const said: Said = {
    generation: memory.floor?.generation ?? 0,
    attempt: memory.floor?.attempt ?? null,
    running: memory.running,
    health,
    state: health === 'healthy' ? 'healthy' : 'switching',
    pinned: memory.pin !== null,
    refused: memory.refused,
    reportedAtMs: world.nowMs,
  };
  region.database = { ...region.database, said: { ...region.database.said, [host.id]: said } };
  const { row } = region.database;
  if (row !== null && memory.floor !== null && isAbove(memory.floor, row)) region.restored = true;
  const next = row?.next?.release.digest;
  if (health !== 'healthy' || memory.running !== next || region.reportedHealthy.includes(host.id)) return;
  region.reportedHealthy = [...region.reportedHealthy, host.id];
}

/**
 * A host that was silent when a restored database was compared, and knows a later goal: it would ignore the region's until
 * the next deployment, so the rows are compared again.
 */
const isAbove = (floor: NonNullable<HostMemory['floor']>, { attempt, generation }: GoalRow): boolean =>
  (compareAttempts(floor.attempt, attempt) || floor.generation - generation) > 0;

/** What runs is well again, as the world around it is. */
export function recover(region: Region, host: Host): void {
  replaceHost(region, { ...host, health: 'healthy' });
}

/** Whether it fails what it runs, by the world around it, by the release's quality and, of a flaky one, by the host. */
export function failsHere(world: World, region: Region, host: Host): boolean {
  const { running } = host.memory;
  if (running === null) return false;
  if (region.ill) return true;
  const quality = world.setting.quality(releaseOf(running));
  return quality === 'bad' || (quality === 'flaky' && positionOf(releaseOf(running), host.id) < '00000000600');
}

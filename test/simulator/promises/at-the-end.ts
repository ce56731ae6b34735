/** What must hold once all faults have healed and everybody had the time to act. */
import { isRefused } from '../../../domain/goal/host-status.ts';
import { regionOutcomes } from '../centre/rows.ts';
import type { Host, Region, World } from '../world/world.ts';
import { rollbackIsOwed } from './going-back.ts';
import type { Broken } from './notice.ts';

/** Why something is still to come; `null` when all is over. 11: nothing is stuck. */
export function whatIsOpen(world: World): string | null {
  const { centre, calls, signals, workflows, regions } = world;
  if (calls.length > 0) return `${calls[0]!.name} of ${calls[0]!.place} is not answered`;
  if (signals.length > 0) return `${signals[0]!.name} is on its way`;
  for (const { id, kind, status } of workflows.values())
    if (status === 'running' && kind !== 'lane') return `${id} runs`;
  const [owed] = centre.obligations;
  if (owed !== undefined) return `${owed.region} owes ${owed.kind} of ${owed.deployment}`;
  for (const { number, outcome } of centre.deployments.values())
    if (outcome === null) return `${number} has no outcome`;
  if (centre.holder !== null) return `${centre.holder} holds the service`;
  const waiting = centre.inbox.find(({ finished }) => !finished);
  if (waiting !== undefined) return `${waiting.key} waits`;
  for (const region of regions.values()) {
    const away = region.hosts.find((host) => !isSettled(region, host));
    if (away !== undefined) return `${away.id} has not settled`;
  }
  return null;
}

/** It has heard the newest goal, and what it runs has shown how it is. */
const isSettled = ({ database: { row, said } }: Region, host: Host): boolean =>
  row === null ||
  (host.memory.floor?.generation === row.generation &&
    host.health !== 'starting' &&
    said[host.id]?.generation === row.generation &&
    said[host.id]?.running === host.memory.running);

export function brokenAtTheEnd(world: World): Broken | null {
  const twice = doubled(world);
  if (twice !== null) return { promise: '7', sentence: `the merge ${twice} started two deployments` };
  for (const region of world.regions.values()) {
    const sentence = whyWrong(world, region);
    if (sentence !== null) return { promise: 'goal-protocol: end', sentence };
  }
  return rollbackIsOwed(world);
}

function doubled({ centre }: World): string | null {
  const keys = [...centre.deployments.values()].filter(({ started }) => started).map(({ key }) => key);
  return keys.find((key, at) => keys.indexOf(key) !== at) ?? null;
}

/** An ended deployment left a region, and its hosts, as its outcome there says. */
function whyWrong(world: World, region: Region): string | null {
  const { row } = region.database;
  if (row === null) return null;
  const { deployment } = row.attempt;
  const outcome = regionOutcomes(world, region.name).find((one) => one.deployment === deployment)?.outcome;
  if (row.mode === 'advance' && row.next !== null)
    return `${deployment} ended (${outcome}) and its goal in ${region.name} still goes forward`;
  if (outcome === 'undone' && row.mode !== 'undo')
    return `${deployment} is undone, and its goal in ${region.name} is ${row.mode}`;
  if (row.mode !== 'undo') return null;
  const base = row.base?.release.digest ?? null;
  const elsewhere = region.hosts.find(
    ({ memory: { running, pin, refused } }) =>
      pin === null && running !== base && !(base !== null && isRefused(refused, deployment, base)),
  );
  return elsewhere === undefined ? null : `${elsewhere.id} runs ${elsewhere.memory.running} after the undo to ${base}`;
}

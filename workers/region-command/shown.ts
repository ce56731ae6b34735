import type { Placement } from '../../domain/goal/goal.ts';
import type { ServiceName } from '../../domain/names.ts';
import { lasted } from '../../domain/progress/plain-text.ts';
import { readShownHosts, type ShownHost, type ShownHostService } from '../../infra/postgres/region/host-records.ts';
import { readShownServices } from '../../infra/postgres/region/shown-services.ts';
import { givenService } from './given.ts';
import type { Room } from './program.ts';

export async function showServices({ region: { database }, output }: Room): Promise<void> {
  const services = await readShownServices(database);
  if (services.length === 0) output.note('no service has a goal in this region yet');
  for (const { service, mode, attempt, base, next, hosts } of services) {
    const number = `${service}/${attempt.deployment}${attempt.local === 0 ? '' : ` (acted on here ${attempt.local}×)`}`;
    const brings = next === null ? '' : `, brings ${releaseText(service, next)}`;
    output.line(`${service}  ${mode} by ${number}  base ${releaseText(service, base)}${brings}  ${hosts} hosts`);
  }
  output.document('services', { services });
}

export async function showHosts({ region: { database }, output }: Room, of: string | undefined): Promise<void> {
  const hosts = await readShownHosts(database, of === undefined ? null : givenService(of));
  if (hosts.length === 0) output.note('no such host');
  for (const host of hosts) output.line(hostText(host));
  output.document('hosts', { hosts });
}

/** `checkout@412`; `nothing` for a base that isn't there. */
export const releaseText = (service: ServiceName, placement: Placement | null): string =>
  placement === null ? 'nothing' : `${service}@${placement.release.number}`;

function hostText({ host, labels, maintenance, reportAgeMs, services }: ShownHost): string {
  const heard = reportAgeMs === null ? 'never reported' : `reported ${lasted(reportAgeMs)} ago`;
  const named = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const state = maintenance ? ['maintenance'] : [];
  return [host, heard, ...state, named.join(' ') || 'no labels', ...services.map(serviceText)].join('  ');
}

function serviceText({ service, running, state, health, pinned, reason, switchGapMs }: ShownHostService): string {
  const release = running === null ? 'nothing' : `${service}@${running.release ?? running.digest.slice(0, 19)}`;
  const why = reason === null ? '' : ` (${reason})`;
  // 0 is what a restart without a gap is for: nothing to tell.
  const gap = switchGapMs ? `, was away for ${switchGapMs} ms when it changed over` : '';
  return `${service}: ${release} ${health}, ${state}${pinned && state !== 'pinned' ? ', pinned' : ''}${gap}${why}`;
}

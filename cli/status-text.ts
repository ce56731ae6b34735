import { endsByResume } from '../domain/progress/waiting.ts';
import { lasted } from '../domain/progress/plain-text.ts';
import type { Deployment, DeploymentSummary } from '../protocol/api/deployment.ts';
import type { Lane } from '../protocol/api/lane.ts';
import type { HostCounts, ServiceHosts } from '../protocol/api/region.ts';
import type { Service, ServiceSummary } from '../protocol/api/service.ts';
import { stateSentence } from './state-sentence.ts';

/** What people see of a service, or of all, as lines. Shape and word, never colour alone; unknown is never healthy. */

const mark = (symbol: string, word: string): string => `${symbol} ${word}`;

/** The worst that is true of these hosts; counts that are too old are not believed. */
export function hostsMark(hosts: HostCounts | null, stale: boolean): string {
  if (hosts === null || stale) return mark('?', 'unknown');
  if (hosts.unhealthy > 0) return mark('✕', 'unhealthy');
  if (hosts.reverted > 0) return mark('↩', 'reverted');
  if (hosts.unknown > 0) return mark('?', 'unknown');
  if (hosts.switching > 0) return mark('▶', 'switching');
  if (hosts.absent > 0) return mark('–', 'absent');
  return hosts.total === 0 ? mark('–', 'no host') : mark('✓', 'healthy');
}

export function deploymentMark({ outcome, held, paused, waiting, state }: DeploymentSummary): string {
  if (outcome !== null) return mark(outcome === 'succeeded' ? '✓' : outcome === 'undone' ? '↩' : '✕', outcome);
  if (held) return mark('✋', 'held');
  if (paused) return mark('⏸', 'paused');
  if (state === 'baking') return mark('◔', 'baking');
  if (state === 'undoing') return mark('↩', 'undoing');
  return waiting === null ? mark('▶', state) : mark('⧗', state);
}

/** One service: what runs where, what moves, what it waits for, and the one next step. */
export function serviceLines(service: Service, active: Deployment | null, now: Date): string[] {
  const { lane, currentRelease } = service;
  const runs = currentRelease === null ? 'nothing released yet' : `@${currentRelease}`;
  const moves = active === null ? '' : `  ${active.deployment} → @${active.release} ${deploymentMark(active)}`;
  return [
    `${service.service}  ${runs}${moves}`,
    ...table(service.hosts.map((each) => regionCells(each, now))).map((line) => `  ${line}`),
    `  lane  ${laneText(lane)}`,
    ...whyLines(service, active).map((line) => `  why   ${line}`),
    `  next  ${nextStep(service, active)}`,
  ];
}

/** All services: what needs someone first, then what moves, then the rest. */
export function overviewLines(services: readonly ServiceSummary[], open: readonly DeploymentSummary[]): string[] {
  if (services.length === 0) return ['no service yet'];
  const rows = services
    .map((service) => ({ service, moving: open.find((each) => each.deployment === service.lane.active?.deployment) }))
    .toSorted((a, b) => urgency(b.moving, b.service.lane) - urgency(a.moving, a.service.lane));
  return table(
    rows.map(({ service: { service, currentRelease, lane }, moving }) => [
      service,
      currentRelease === null ? '–' : `@${currentRelease}`,
      moving === undefined ? laneText(lane) : `${moving.deployment} → @${moving.release} ${deploymentMark(moving)}`,
      moving === undefined ? '' : (moving.waiting ?? moving.reason ?? ''),
    ]),
  );
}

function urgency(moving: DeploymentSummary | undefined, { lock }: Lane): number {
  if (moving?.held) return 3;
  if (moving !== undefined) return moving.waiting === null ? 1 : 2;
  return lock === null ? 0 : 1;
}

function regionCells({ region, hosts, running, at, stale }: ServiceHosts, now: Date): string[] {
  const releases = running.map(({ release }) => `@${release}`).join(' ') || '@?';
  const counts = hosts === null ? 'not reported' : `${hosts.healthy} of ${hosts.total}`;
  const age = at === null ? '' : lasted(now.getTime() - Date.parse(at));
  return [region, releases, hostsMark(hosts, stale), `${stale ? 'was ' : ''}${counts}`, age];
}

function laneText({ lock, queue }: Lane): string {
  const next = queue[0];
  const waits = next === undefined ? 'nothing waits' : `next ${next.deployment} @${next.release}`;
  const more = queue.length > 1 ? `, ${queue.length - 1} more` : '';
  return `${waits}${more}, ${lock === null ? 'not locked' : `locked by ${lock.owner}: "${lock.reason}"`}`;
}

function whyLines({ deployments }: Service, active: Deployment | null): string[] {
  if (active !== null)
    return [
      stateSentence(active),
      ...active.regions.flatMap(({ region, reason }) => (reason === null ? [] : [`${region}: ${reason}`])),
    ];
  const last = deployments[0];
  if (last === undefined || last.outcome === null || last.outcome === 'succeeded') return [];
  return [`${last.deployment} ${last.outcome}${last.reason === null ? '' : `: ${last.reason}`}`];
}

function nextStep({ service, lane }: Service, active: Deployment | null): string {
  if (active === null) return lane.lock === null ? `slipway deploy ${service}` : `slipway unlock ${service} --reason …`;
  if (active.state === 'approving' && (active.approvals?.given ?? 0) < (active.approvals?.wanted ?? 0))
    return `slipway approve ${active.deployment}`;
  if (active.held && !endsByResume(active.waiting)) return `slipway abort ${active.deployment}`;
  if (active.held || active.paused) return `slipway resume ${active.deployment}`;
  return `slipway watch ${active.deployment}`;
}

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

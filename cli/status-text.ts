import { lockText } from '../domain/progress/lock-text.ts';
import { clockTime, digits, lasted } from '../domain/progress/plain-text.ts';
import { deploymentShown, hostsShown, type ShownState } from '../domain/progress/shown-state.ts';
import type { Deployment, DeploymentSummary } from '../protocol/api/deployment.ts';
import type { Lane } from '../protocol/api/lane.ts';
import type { Region, ServiceHosts } from '../protocol/api/region.ts';
import type { Service } from '../protocol/api/service.ts';
import type { Why } from '../protocol/api/why.ts';
import { markText } from './live/marks.ts';
import { isFine, isStuck, markRank, seenRegions } from './live/region-rows.ts';
import type { StatusLine } from './status-line.ts';
import { textTable } from './text-table.ts';

/** What people see of a service as lines. Shape and word, never colour alone; unknown is never healthy. */

/** `✓ healthy` */
export const shownText = ({ mark, word }: ShownState): string => `${markText(mark, true)} ${word}`;

export const hostsMark = (report: Pick<ServiceHosts, 'hosts' | 'stale'>): string => shownText(hostsShown(report));
export const deploymentMark = (deployment: DeploymentSummary): string => shownText(deploymentShown(deployment));

/** A region without a service has nothing to report. */
export function reportsMark({ stale, services }: Pick<Region, 'stale' | 'services'>): string {
  if (services.length === 0) return shownText({ mark: 'absent', word: 'no service' });
  return shownText(stale ? { mark: 'unknown', word: 'unknown' } : { mark: 'ok', word: 'reports' });
}

/** What of a service stays where not all of it fits: what it is at, and then the regions that need a look. */
const ranks = { heading: 0, why: 1, next: 2, lane: 3, stuckRegion: 4, region: 5, reason: 50, fineRegion: 51 };

/** One service: what runs where, what moves, why it is where it is, and the one next step. */
export function serviceLines(service: Service, active: Deployment | null, now: Date): StatusLine[] {
  const { lane, currentRelease } = service;
  const runs = currentRelease === null ? 'nothing released yet' : `@${currentRelease}`;
  const moves = active === null ? '' : ` → @${active.release}  ${active.deployment} ${deploymentMark(active)}`;
  const why = active?.why ?? service.why;
  return [
    { text: `${service.service}  ${runs}${moves}`, rank: ranks.heading },
    ...regionLines(service.hosts, active, now),
    { text: `  lane  ${laneText(lane)}`, rank: ranks.lane },
    ...(why === null ? [] : [{ text: `  why   ${whyText(why, now)}`, rank: ranks.why }]),
    ...regionReasons(active).map((line) => ({ text: `        ${line}`, rank: ranks.reason })),
    {
      text: `  next  ${nextText(why) ?? `Nothing needs you. A merge into ${service.branch} brings the next release.`}`,
      rank: ranks.next,
    },
  ];
}

/** A region in which the deployment is stuck is not fine, however well its hosts are. */
function regionLines(reports: readonly ServiceHosts[], active: Deployment | null, now: Date): StatusLine[] {
  const stuck = seenRegions(active?.regions ?? [], reports).filter(isStuck);
  const texts = textTable(reports.map((each) => hostsCells(each, now)));
  return reports.map((report, place) => {
    const text = `  ${texts[place]}`;
    if (stuck.some(({ progress }) => progress.region === report.region))
      return { text, rank: ranks.stuckRegion, region: { isFine: false } };
    const shown = hostsShown(report);
    if (isFine(shown)) return { text, rank: ranks.fineRegion, region: { isFine: true } };
    return { text, rank: ranks.region + markRank(shown.mark), region: { isFine: false } };
  });
}

/** `waits for approval (0 of 1); since 2026-11-24 12:04 UTC, 4 min`; a cause that says when itself gets its age only. */
export function whyText({ cause, since }: Why, now: Date): string {
  const age = lasted(now.getTime() - Date.parse(since));
  return cause.includes(' since ') ? `${cause}; for ${age}` : `${cause}; since ${clockTime(since)}, ${age}`;
}

/** The command, if there is one, and what it is for. */
export function nextText(why: Why | null): string | null {
  if (why === null) return null;
  const { command, text } = why.next;
  return command === null ? text : `${command}   (${text})`;
}

const regionReasons = (active: Deployment | null): string[] =>
  active?.regions.flatMap(({ region, reason }) => (reason === null ? [] : [`${region}: ${reason}`])) ?? [];

/** Region, releases, shape and word, counts, age. */
export function hostsCells(report: ServiceHosts, now: Date): string[] {
  const { region, hosts, running, at, stale } = report;
  const releases = running.map(({ release }) => `@${release}`).join(' ') || '@?';
  const counts = hosts === null ? 'not reported' : `${digits(hosts.healthy)} of ${digits(hosts.total)}`;
  const age = at === null ? '' : lasted(now.getTime() - Date.parse(at));
  return [region, releases, hostsMark(report), `${stale ? 'was ' : ''}${counts}`, age];
}

export function laneText({ lock, queue }: Lane): string {
  const next = queue[0];
  const waits =
    next === undefined ? 'nothing waits' : `next ${next.deployment} @${next.release}${next.hotfix ? ' (hotfix)' : ''}`;
  const more = queue.length > 1 ? `, ${queue.length - 1} more` : '';
  return `${waits}${more}, ${lock === null ? 'not locked' : lockText(lock)}`;
}

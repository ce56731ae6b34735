import { brokenGlassText } from '../domain/progress/broken-glass-text.ts';
import { notUndoneText } from '../domain/progress/not-undone-text.ts';
import { kindText } from '../domain/progress/kind-text.ts';
import { clockTime, digits, lasted, named } from '../domain/progress/plain-text.ts';
import { stepShown } from '../domain/progress/shown-state.ts';
import type { Deployment, DeploymentStep } from '../protocol/api/deployment.ts';
import type { Region, ServiceHosts } from '../protocol/api/region.ts';
import type { Release } from '../protocol/api/release.ts';
import type { Service } from '../protocol/api/service.ts';
import { deploymentsListing } from './list/paged-listings.ts';
import { reportAge, seenRegions, type SeenRegion } from './live/region-rows.ts';
import { sizeText } from './size-text.ts';
import { stateSentence } from './state-sentence.ts';
import {
  deploymentMark,
  hostsCells,
  hostsMark,
  laneText,
  nextText,
  reportsMark,
  shownText,
  whyText,
} from './status-text.ts';
import { textTable } from './text-table.ts';

/** All that is known of one thing, as lines: a heading, labelled facts, tables. */
const facts = (rows: readonly (readonly [label: string, text: string | null])[]): string[] =>
  textTable(rows.flatMap(([label, text]) => (text === null || text === '' ? [] : [[`  ${label}`, text]])));

export function serviceDetails(service: Service, now: Date): string[] {
  const { currentRelease, policy, active, deployments } = service;
  const why = active?.why ?? service.why;
  return [
    `${service.service}  ${currentRelease === null ? 'nothing released yet' : `@${currentRelease}`}`,
    ...facts([
      ['repository', `${service.repository}, branch ${service.branch}, folder ${service.folder}`],
      ['owners', service.owners.join(', ')],
      ['lane', laneText(service.lane)],
      ['approval', policy?.approval ?? null],
      ['rollout', policy?.rollout ?? null],
      ['why', why && whyText(why, now)],
      ['next', nextText(why)],
    ]),
    ...textTable(service.hosts.map((each) => hostsCells(each, now))).map((line) => `  ${line}`),
    ...textTable(deployments.map((each) => deploymentsListing.cellsOf(each, now))).map((line) => `  ${line}`),
  ];
}

export const releaseLines = (release: Release): string[] => [
  `${release.release}  ${release.state}`,
  ...facts([
    ['subject', release.subject],
    ['commit', release.commit],
    ['authors', release.authors.join(', ')],
    ['digest', release.digest ?? 'not built'],
    ['size', release.totalBytes === null ? null : sizeText(release.totalBytes)],
    ['created', clockTime(release.createdAt)],
    ['last ended', release.lastOutcome],
    ['runs in', release.regions.join(', ') || 'no region'],
  ]),
];

/** @param reports what the regions last said of the service's hosts; `null` where that is of later deployments */
export function deploymentLines(deployment: Deployment, reports: readonly ServiceHosts[] | null, now: Date): string[] {
  const {
    release,
    from,
    why,
    approvals,
    links,
    pending,
    commit,
    traceId,
    notUndone = [],
    brokenGlass = [],
  } = deployment;
  return [
    `${deployment.deployment}  ${kindText(deployment)}  ${from === null ? '' : `@${from} `}→ @${release}  ${deploymentMark(deployment)}`,
    ...facts([
      ['subject', deployment.subject],
      ['from', sourceText(deployment)],
      ['state', stateSentence(deployment)],
      ['began', clockTime(deployment.startedAt)],
      ['ended', deployment.endedAt && clockTime(deployment.endedAt)],
      [
        approvals?.stage === undefined ? 'approvals' : `approvals of ${approvals.stage}`,
        approvals && `${approvals.given} of ${approvals.wanted}`,
      ],
      ['pending', named(pending)],
      ...brokenGlass.map((glass) => ['glass broken', brokenGlassText(glass)] as const),
      ...notUndone.map((left) => ['not undone', notUndoneText(left)] as const),
      ['why', why && whyText(why, now)],
      ['next', nextText(why)],
      ['temporal', links.temporal],
      ['commit', links.commit ?? commit],
      ['trace', links.trace ?? traceId],
    ]),
    ...textTable(deployment.steps.map((step) => stepCells(step, now))).map((line) => `  ${line}`),
    ...textTable(regionTable(deployment, reports, now)).map((line) => `  ${line}`),
  ];
}

const sourceText = ({ source }: Deployment): string =>
  source.from === 'merge'
    ? `merge of ${source.commit.slice(0, 7)} into ${source.branch} by ${source.pusher}, authors ${source.authors.join(', ')}`
    : `${source.person}${source.reason === null ? '' : `: "${source.reason}"`}`;

function stepCells({ kind, name, state, startedAt, endedAt, note }: DeploymentStep, now: Date): string[] {
  const took = startedAt === null ? '' : lasted(Date.parse(endedAt ?? now.toISOString()) - Date.parse(startedAt));
  return [name, shownText(stepShown({ kind, state })), took, note ?? ''];
}

/** With the age of what its hosts report, where that says something of this deployment. */
function regionTable(
  { regions, release }: Deployment,
  reports: readonly ServiceHosts[] | null,
  now: Date,
): readonly (readonly string[])[] {
  const ageOf = ({ report }: SeenRegion): string => {
    const age = reportAge(report, now.getTime());
    return age === null ? 'no report' : `reported ${age} ago`;
  };
  const seen = seenRegions(regions, reports ?? []);
  return seen.map((each) => regionCells(each, release, reports === null ? '' : ageOf(each)));
}

/** Of a silent region no count is claimed; of one that it has not begun in, or is gone from again, there is none. */
function regionCells({ progress, mark, word }: SeenRegion, release: number, age: string): string[] {
  const { region, stage, state, batch, batches, hosts, reason } = progress;
  const [healthy, failed] = [hosts.healthy, hosts.failed].map((count) => (mark === 'unknown' ? '?' : digits(count)));
  return [
    region,
    stage ?? '',
    shownText({ mark, word }),
    state === 'undone' ? '' : `batch ${batch} of ${batches}`,
    hosts.total === 0 || state === 'undone' ? '' : `${healthy} of ${digits(hosts.total)} healthy on @${release}`,
    failed === '0' ? '' : `${failed} failed`,
    age,
    reason ?? '',
  ];
}

export const regionLines = ({ region, stale, addedAt, lastSummaryAt, services }: Region, now: Date): string[] => [
  `${region}  ${reportsMark({ stale, services })}`,
  ...facts([
    ['added', clockTime(addedAt)],
    ['last report', lastSummaryAt === null ? 'never' : `${lasted(now.getTime() - Date.parse(lastSummaryAt))} ago`],
  ]),
  ...textTable(
    services.map(({ service, hosts, running, stale: isOld }) => [
      service,
      running.map(({ release }) => `@${release}`).join(' ') || '@?',
      hostsMark({ hosts, stale: isOld }),
      hosts === null ? 'not reported' : `${digits(hosts.healthy)} of ${digits(hosts.total)}`,
    ]),
  ).map((line) => `  ${line}`),
];

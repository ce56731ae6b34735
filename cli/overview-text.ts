import { clockTime, digits, lasted } from '../domain/progress/plain-text.ts';
import { hostsShown, serviceShown } from '../domain/progress/shown-state.ts';
import type { ServiceSummary } from '../protocol/api/service.ts';
import type { Why } from '../protocol/api/why.ts';
import { deploymentMark, shownText } from './status-text.ts';
import { markText } from './live/marks.ts';
import { textTable } from './text-table.ts';

/** More than these are counted, and listed on request. */
const settledShown = 20;

/** All services: what needs someone first, then what moves, then the rest. */
export function overviewLines(services: readonly ServiceSummary[], now: Date): string[] {
  if (services.length === 0) return ['no service yet; add one: slipway init, slipway connect <service>, then merge'];
  const asking = services.filter(({ active, why }) => needsSomeone(active?.why) || needsSomeone(why));
  // A lock that somebody set matters also while something moves.
  const moving = services.filter(({ active }) => active !== null && !needsSomeone(active.why));
  const settled = services.filter(({ active, why }) => active === null && !needsSomeone(why));
  return [
    ...askingLines(asking, now),
    ...section('MOVING', moving, (service) => movingCells(service, now)),
    ...settledLines(settled),
  ];
}

const needsSomeone = (why: Why | null | undefined): boolean => why?.needsSomeone === true;

/** Something is known about those with a `why`: they are never only counted. */
function settledLines(settled: readonly ServiceSummary[]): string[] {
  if (settled.length <= settledShown) return section('SETTLED', settled, settledCells);
  const told = settled.filter(({ why }) => why !== null);
  const title = `SETTLED ${digits(settled.length)}  (all of them: slipway list services)`;
  return [title, ...textTable(told.map(settledCells)).map((line) => `  ${line}`)];
}

function section(
  title: string,
  services: readonly ServiceSummary[],
  cellsOf: (service: ServiceSummary) => readonly string[],
): string[] {
  if (services.length === 0) return [];
  return [`${title} ${digits(services.length)}`, ...textTable(services.map(cellsOf)).map((line) => `  ${line}`)];
}

/** What to do stands below, where it can be copied whole. */
function askingLines(asking: readonly ServiceSummary[], now: Date): string[] {
  const steps = asking.map((service) => stepOf(askingOf(service).why));
  const [title, ...rows] = section('NEEDS SOMEONE', asking, (service) => askingCells(service, now));
  return title === undefined ? [] : [title, ...rows.flatMap((row, at) => [row, `      ${steps[at]}`])];
}

/** Its deployment where that asks for somebody, else the service itself. */
function askingOf(service: ServiceSummary): Pick<ServiceSummary, 'active' | 'why'> {
  const { active, why } = service;
  return active !== null && needsSomeone(active.why) ? { active, why: active.why } : { active: null, why };
}

function askingCells(service: ServiceSummary, now: Date): string[] {
  const { active, why } = askingOf(service);
  const age = why === null ? '' : lasted(now.getTime() - Date.parse(why.since));
  const state = shownText(serviceShown({ ...service, active }));
  return [active?.deployment ?? service.service, runsOf(service), state, why?.cause ?? '', age];
}

function movingCells({ active }: ServiceSummary, now: Date): string[] {
  if (active === null) return [];
  const { deployment, release, from, hosts, since, why } = active;
  const releases = `${from === null ? '' : `@${from} `}→ @${release}`;
  const switched = hosts.total === 0 ? '' : `${digits(hosts.onRelease)} of ${digits(hosts.total)} hosts`;
  const age = lasted(now.getTime() - Date.parse(since));
  return [deployment, releases, deploymentMark(active), why?.cause ?? '', switched, age, stepOf(why)];
}

/** The command, where there is one. */
const stepOf = (why: Why | null): string => why?.next.command ?? why?.next.text ?? '';

function settledCells(summary: ServiceSummary): string[] {
  const { service, hosts, why, changedAt } = summary;
  const runs = runsOf(summary);
  const regions = hosts.map((each) => `${each.region} ${markText(hostsShown(each).mark, true)}`).join('  ');
  return [service, runs, regions, why?.cause ?? (changedAt === null ? '' : `since ${clockTime(changedAt)}`)];
}

/** What it runs, whatever is on its way. */
const runsOf = ({ currentRelease }: ServiceSummary): string => (currentRelease === null ? '–' : `@${currentRelease}`);

import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { measureServices, type RegionFigures, type ServicesFigures } from './measure-services.ts';
import type { PollFigures } from './measure-polls.ts';

export interface ServicesOptions extends CommonOptions {
  /** Of the region, in all. */
  readonly services: number;
  /** On one host. */
  readonly full: number;
  /** Before and after the others are there. */
  readonly deployments: number;
  readonly polls: number;
}

/**
 * Hundreds of services in one region: what a deployment of one of them takes, the index over all, and polls. All but one are
 * placed by their region's steps alone: no merge, no build, and no host that runs them but the one that is asked about.
 */
export const servicesBenchmark = (bench: Bench, options: ServicesOptions): Promise<Measured> =>
  bench.onStack({ regions: 1, hosts: 0 }, async (stack) => {
    const figures = await measureServices(bench, stack, options);
    show(bench, figures);
    const { alone, among, fullPoll } = figures;
    const areThere = alone.services === 1 && among.services === options.services && fullPoll.services === options.full;
    return { ok: areThere && among.signing.goals === options.services, ...figures };
  });

function show({ say }: Bench, { alone, among, firstStepsMs, lastStepsMs, fullPoll }: ServicesFigures): void {
  const both = (value: (of: RegionFigures) => number | null) => [value(alone), value(among)] as const;
  const rows = [
    ['a deployment, start to end, p50, ms', ...both(({ deployedP50Ms }) => deployedP50Ms)],
    ['a step that writes a goal, p50, ms', firstStepsMs, lastStepsMs],
    ['signed index, bytes', ...both(({ signing }) => signing.indexBytes)],
    ['the index signed again, ms', ...both(({ signing }) => signing.indexMs)],
    ['all goals signed again, ms', ...both(({ signing }) => signing.allGoalsMs)],
    ['gateway, MB', ...both(({ gatewayRssBytes }) => gatewayRssBytes / 1e6)],
  ] as const;
  const head = ['services in the region', String(alone.services), String(among.services)];
  for (const line of tableLines(head, rows)) say(line);
  const polls: readonly PollFigures[] = [alone.poll, among.poll, fullPoll];
  const of = (name: string, value: (poll: PollFigures) => string | number | null) =>
    [name, ...polls.map(value)] as const;
  const lines = [
    of('first poll: answer, bytes', ({ firstBytes }) => firstBytes),
    of('first poll, ms', ({ firstMs }) => firstMs),
    of('at rest: asked, bytes', ({ askedBytes }) => askedBytes),
    of('at rest: answer, bytes', ({ answeredBytes }) => answeredBytes),
    of('at rest: p50 / p99, ms', ({ took: { p50Ms, p99Ms } }) => `${p50Ms} / ${p99Ms}`),
    of('at rest: CPU of the gateway, ms', ({ gatewayCpuMs }) => String(gatewayCpuMs)),
  ];
  const names = [alone, among].map(({ services }) => `1 of ${services}`);
  for (const line of tableLines(["a host's services", ...names, `${fullPoll.services} of ${among.services}`], lines))
    say(line);
}

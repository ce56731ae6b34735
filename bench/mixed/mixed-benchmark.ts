import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { neverWentBack, wayText, type HostWay } from './host-way.ts';
import { courses, measureMixed, type MixedRun } from './measure-mixed.ts';

export interface MixedOptions extends CommonOptions {
  readonly regions: number;
  /** Real ones, in each region. */
  readonly hosts: number;
}

/** The next deployment over hosts that a held one has left on two releases: which way each host goes, forward and back. */
export const mixedBenchmark = (bench: Bench, { regions, hosts }: MixedOptions): Promise<Measured> =>
  bench.onStack({ regions, hosts }, async (stack) => {
    const runs: MixedRun[] = [];
    for (const course of courses) runs.push(await measureMixed(bench, stack, course));
    for (const run of runs) show(bench, run);
    return { ok: runs.every(isRight), runs };
  });

function show({ say }: Bench, { course, held, outcome, before, after }: MixedRun): void {
  const rows = after.map((way) => [way.host, wayText(before.find(({ host }) => host === way.host)!), wayText(way)]);
  const head = [course, `held, ${held}`, `the third ${outcome}`];
  for (const line of tableLines(head, rows)) say(line);
}

/** The hosts were mixed; none went back on its way on, and at the end all run the third release, or all run the first. */
function isRight({ course, held, before, outcome, after }: MixedRun): boolean {
  const isOn = (hosts: readonly HostWay[], release: number) =>
    hosts.some(({ releases }) => releases.at(-1) === release);
  const mixed = held === 'cancelled' && isOn(before, 1) && isOn(before, 2);
  const forward = after.map(({ releases }) => ({ releases: course === 'succeeds' ? releases : upToThird(releases) }));
  const ends = course === 'succeeds' ? 3 : 1;
  return (
    mixed &&
    outcome === (course === 'succeeds' ? 'succeeded' : 'undone') &&
    forward.every(neverWentBack) &&
    after.every(({ releases }) => releases.at(-1) === ends && goesBackOnce(releases))
  );
}

/** What comes before the undo. */
function upToThird(releases: HostWay['releases']): HostWay['releases'] {
  const third = releases.indexOf(3);
  const undone = releases.indexOf(1, 1);
  return releases.slice(0, third >= 0 ? third + 1 : undone >= 0 ? undone : undefined);
}

/** To the base at once, not over what was held. */
const goesBackOnce = (releases: HostWay['releases']): boolean =>
  releases.filter((release, index) => index > 0 && (release ?? 0) < (releases[index - 1] ?? 0)).length <= 1;

import { medianOf } from '../frame/distribution.ts';
import type { Sample } from './soaked-host.ts';

/** How the figures of a process went from early to late. */
export interface Course {
  readonly agentPssMiB: readonly [early: number, late: number, most: number];
  readonly agentOwnMiB: readonly [early: number, late: number, most: number];
  readonly keepersOwnMiB: readonly [early: number, late: number, most: number];
  readonly agentFiles: readonly [early: number, late: number, most: number];
  readonly agentCpuPercent: number;
  readonly isFlat: boolean;
}

/** An allocator's caches come and go by some pages; what leaks grows by more in an hour. */
const slack = { share: 1.1, mebibytes: 1, files: 3 };

/** Early is the second and third tenth, when all has been used once; late the last fifth; of each the median. */
export function courseOf(samples: readonly Sample[]): Course {
  const part = (from: number, to: number): readonly Sample[] =>
    samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to));
  const course = (of: (sample: Sample) => number): readonly [number, number, number] => [
    medianOf(part(0.1, 0.3).map(of))!,
    medianOf(part(0.8, 1).map(of))!,
    Math.max(...samples.map(of)),
  ];
  const [first, last] = [samples[0]!, samples.at(-1)!];
  const mebibytes = (of: (sample: Sample) => number) => course((sample) => Math.round(of(sample) / 102.4) / 10);
  const agentPssMiB = mebibytes(({ agentPssKiB }) => agentPssKiB);
  const agentOwnMiB = mebibytes(({ agentOwnKiB }) => agentOwnKiB);
  const keepersOwnMiB = mebibytes(({ keepersOwnKiB }) => keepersOwnKiB);
  const agentFiles = course((sample) => sample.agentFiles);
  const agentCpuPercent = ((last.agentCpuMs - first.agentCpuMs) / (last.atMs - first.atMs)) * 100;
  const isFlat =
    [agentOwnMiB, keepersOwnMiB].every(([early, late]) => late <= early * slack.share + slack.mebibytes) &&
    agentFiles[1] <= agentFiles[0] + slack.files;
  return { agentPssMiB, agentOwnMiB, keepersOwnMiB, agentFiles, agentCpuPercent, isFlat };
}

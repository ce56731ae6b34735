import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { courseOf, type Course } from './judge-soak.ts';
import { openSoakedHost, type Sample, type SoakedHost } from './soaked-host.ts';

export interface SoakOptions extends CommonOptions {
  readonly minutes: number;
  /** Between two releases on the busy host. */
  readonly changeEverySeconds: number;
  /** Of each service on the busy host. */
  readonly linesPerSecond: number;
  /** Between two looks at an instance's health. */
  readonly healthEveryMs: number;
  /** The one file that hosts get. */
  readonly agent: string;
}

const sampleEveryMs = 30_000;

/**
 * Two hosts with three services each, for hours: one at rest, one to which releases come all the time and whose services
 * write all the time. Flat is what the agent and its keepers have to be.
 */
export async function soakBenchmark({ say, signal }: Bench, options: SoakOptions): Promise<Measured> {
  const hosts = new Map<string, SoakedHost>();
  try {
    hosts.set('at rest', await openSoakedHost({ ...options, linesPerSecond: 0 }));
    hosts.set('busy', await openSoakedHost(options));
    const changes = changeOften(hosts.get('busy')!, options, signal);
    const samples = await sampleAll(hosts, { ...options, say, signal });
    const { changed, failures } = await changes;
    const courses = Object.fromEntries([...samples].map(([name, taken]) => [name, courseOf(taken)]));
    for (const line of linesOf(courses)) say(line);
    say(`${changed} releases came to the busy host; ${failures.length} did not: ${failures.join('; ')}`);
    const isFlat = Object.values(courses).every((course) => course.isFlat);
    const wroteMiB = Math.round((samples.get('busy')!.at(-1)?.keepersWroteKiB ?? 0) / 1024);
    say(`${wroteMiB} MiB were written through its keepers`);
    const ok = isFlat && failures.length === 0;
    return { ok, courses, changed, wroteMiB, failures, samples: Object.fromEntries(samples) };
  } finally {
    for (const host of hosts.values()) await host.close();
  }
}

async function changeOften(host: SoakedHost, { minutes, changeEverySeconds }: SoakOptions, signal: AbortSignal) {
  const endsAt = performance.now() + minutes * 60_000;
  const failures: string[] = [];
  let changed = 0;
  while (performance.now() < endsAt && !signal.aborted) {
    await host.change().then(
      () => (changed += 1),
      (error: unknown) => failures.push(String(error).slice(0, 300)),
    );
    await delay(changeEverySeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
  return { changed, failures };
}

async function sampleAll(
  hosts: ReadonlyMap<string, SoakedHost>,
  { minutes, say, signal }: SoakOptions & Pick<Bench, 'say' | 'signal'>,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>([...hosts.keys()].map((name) => [name, []]));
  const endsAt = performance.now() + minutes * 60_000;
  for (let look = 0; performance.now() < endsAt && !signal.aborted; look += 1) {
    for (const [name, host] of hosts) {
      const sample = host.sample();
      samples.get(name)!.push(sample);
      if (look % 10 === 0) say(`${name}: ${JSON.stringify(sample)}`);
    }
    await delay(sampleEveryMs, undefined, { signal }).catch(() => undefined);
  }
  return samples;
}

function linesOf(courses: Readonly<Record<string, Course>>): readonly string[] {
  const figures = ['agentPssMiB', 'agentOwnMiB', 'keepersOwnMiB', 'agentFiles'] as const;
  const rows = Object.entries(courses).flatMap(([name, course]) => [
    ...figures.map((figure) => [`${name}: ${figure}`, ...course[figure].map((each) => each.toFixed(1))]),
    [`${name}: agent CPU %`, course.agentCpuPercent.toFixed(2), null, null],
    [`${name}: flat`, String(course.isFlat), null, null],
  ]);
  return tableLines(['', 'early', 'late', 'most'], rows);
}

import type { Digest } from '../../../domain/names.ts';
import type { EndedDeployment, HostEvidence, KnownRelease, RunEvidence } from '../evidence/evidence.ts';
import type { HostLook } from '../evidence/look-at-hosts.ts';

type Seen = Pick<RunEvidence, 'hosts' | 'before' | 'after' | 'deployments' | 'releases'>;

/** Promise 3: after any crash a host runs exactly the new or the previous release; in the end the one that it must. */
export function newOrPrevious({ hosts, before, after, deployments, releases }: Seen): string[] {
  const brought = releases.filter(({ number }) =>
    deployments.some(({ release, outcome }) => release === number && mayRun(outcome)),
  );
  return hosts.flatMap((host) => [
    ...first(host.looks.flatMap((look) => strange(look, [before, ...brought]))),
    ...wrongAtEnd(host, after),
  ]);
}

/** What was rejected, or had not begun, runs nowhere. */
const mayRun = (outcome: EndedDeployment['outcome']): boolean => outcome !== 'rejected' && outcome !== 'superseded';

/** The link points to no whole release, or somewhere else than to the new or previous one; or something else answers. */
function strange({ host, current, whole, answers }: HostLook, allowed: readonly KnownRelease[]): string[] {
  if (current === null || !allowed.some(({ digest }) => digest === current))
    return [`${host} was to run ${current ?? 'nothing'}, neither the new nor the previous release`];
  if (!whole.includes(current)) return [`${host} was to run ${current}, which is not whole on its disk`];
  if (answers !== null && !allowed.some(({ number }) => number === answers))
    return [`${host} answered as release ${answers}, neither the new nor the previous one`];
  return [];
}

function wrongAtEnd({ host, looks, disk }: HostEvidence, after: KnownRelease): string[] {
  const answers = looks.at(-1)?.answers ?? null;
  const damaged = disk.releases.filter(({ intact }) => !intact);
  return [
    ...(disk.current === after.digest ? [] : [`${host} is left with ${disk.current}, not with ${after.digest}`]),
    ...(answers === after.number ? [] : [`${host} answers as release ${answers} in the end, not ${after.number}`]),
    ...damaged.map(({ digest }) => `${host} has ${digest} on disk, damaged`),
  ];
}

/**
 * Promise 4: a host's rollback needs only its own disk. What the service ran before stays there, and is never fetched
 * again, until another release has become the base after the next.
 */
export function waysBackStay(
  seen: Pick<RunEvidence, 'hosts' | 'before' | 'deployments' | 'releases' | 'centre'>,
): string[] {
  const bases = basesOf(seen);
  const previousAt = (atMs: number): KnownRelease => {
    const until = bases.filter((base) => base.fromMs <= atMs);
    return (until.at(-2) ?? until.at(-1))!.release;
  };
  return seen.hosts.flatMap(({ host, looks, journal }) => [
    ...first(looks.flatMap(({ whole, atMs }) => lacks(host, whole, previousAt(atMs)))),
    ...journal.flatMap((event) =>
      event.type === 'fetchStarted' && event.release === previousAt(event.atMs).digest
        ? [`${host} had to fetch ${event.release} again, which it ran before`]
        : [],
    ),
  ]);
}

/** Releases that were decided to be the base, oldest first, each once in a row. */
function basesOf({
  before,
  deployments,
  releases,
  centre,
}: Pick<RunEvidence, 'before' | 'deployments' | 'releases' | 'centre'>) {
  const finished = deployments.flatMap(({ number, release: brought }) => {
    const record = centre.audit.find(({ key }) => key.startsWith('no-return:') && key.endsWith(`/${number}`));
    const release = releases.find((each) => each.number === brought);
    return record === undefined || release === undefined ? [] : [{ release, fromMs: Date.parse(record.at) }];
  });
  const all = [{ release: before, fromMs: Number.NEGATIVE_INFINITY }, ...finished];
  return all.filter(({ release }, index) => all[index - 1]?.release.digest !== release.digest);
}

const lacks = (host: string, whole: readonly Digest[], { digest }: KnownRelease): string[] =>
  whole.includes(digest) ? [] : [`${host} had ${digest}, which it ran before, no more on its disk`];

/** One sentence is enough of what is seen four times a second. */
const first = (sentences: readonly string[]): string[] => sentences.slice(0, 1);

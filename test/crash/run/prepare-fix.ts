import type { ReleaseNumber } from '../../../domain/names.ts';
import { readDeployments } from '../evidence/read-centre.ts';
import type { Merges } from './merges.ts';
import { until } from './patience.ts';
import type { RunSettings } from './run-settings.ts';

const limitMs = 60_000;

/** A release that was built, and rejected when it asked for approval: a hotfix can bring it later. */
export async function prepareFix(settings: RunSettings, merges: Merges, name: string): Promise<ReleaseNumber> {
  const { people, databases, service } = settings;
  const { merge, accepted } = await merges.make({ name, bad: false, deliveries: 1, unapproved: true });
  await accepted;
  const deployment = (await merges.numbered(merge, new AbortController().signal))!;
  await until('it asks for approval', limitMs, async () =>
    (await people.show(deployment)).state === 'approving' ? true : undefined,
  );
  await people.act({ verb: 'reject', deployment });
  const ended = await until('it is rejected', limitMs, async () =>
    (await readDeployments(databases, service)).find(
      ({ number, outcome }) => number === deployment && outcome !== null,
    ),
  );
  return ended.release;
}

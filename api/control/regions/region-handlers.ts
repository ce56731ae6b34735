import { currentTraceparent } from '../../../infra/telemetry/trace-context.ts';
import { requestKey } from '../../../domain/lane/request-key.ts';
import type { RegionName } from '../../../domain/names.ts';
import { decideDrain, decideRemove } from '../../../domain/region/region-life.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import type { RegionAnswer } from '../../../protocol/api/region.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers } from '../../http/typed-routes.ts';
import { regionParameter } from '../reads/parameters.ts';
import type { LaneMessages } from '../verbs/lane-messages.ts';
import type { BehindService, OpenWithout, RegionBook, RegionChange, RegionOutcome } from './region-book.ts';

type RegionHandlers = Pick<RouteHandlers, 'addRegion' | 'drainRegion' | 'undrainRegion' | 'removeRegion'>;

export interface RegionParts {
  readonly regions: RegionBook;
  readonly lanes: Pick<LaneMessages, 'submit'>;
}

type CatchUp = RegionAnswer['catchUp'][number];

interface Asked {
  readonly person: { readonly person: string };
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: { readonly reason: string };
  readonly key: string;
}

/**
 * A region's life: it is added, drained, taken up again, removed. What it has missed is deployed to it when it takes part again,
 * by the change itself and not by asking again for what is so.
 */
export function regionHandlers({ regions, lanes }: RegionParts): RegionHandlers {
  const caughtUp = async (region: RegionName, asked: Asked, outcome: RegionOutcome): Promise<RegionAnswer> => {
    if (!isChanged(outcome)) return { region, changed: false, catchUp: [] };
    const key = requestKey('deploy', asked.person.person, `${asked.key}:${region}`);
    const without = (await regions.listOpenWithout(region)).map(leftOut);
    const behind = await regions.listBehind(region, key);
    const brought = await Promise.all(behind.map((each) => bring(each, region, { ...asked, key }, lanes)));
    return { region, changed: true, catchUp: [...brought, ...without] };
  };
  return {
    async addRegion(asked) {
      const change = changeOf('add', asked);
      const outcome = requireDone(change, await regions.add({ ...change, tokenHash: asked.body.tokenHash }));
      return caughtUp(change.region, asked, outcome);
    },
    async drainRegion(asked) {
      const change = changeOf('drain', asked);
      const outcome = requireDone(change, await regions.drain(change, (standing) => decideDrain(standing, true)));
      return { region: change.region, changed: isChanged(outcome), catchUp: [] };
    },
    async undrainRegion(asked) {
      const change = changeOf('undrain', asked);
      const outcome = requireDone(change, await regions.undrain(change, (standing) => decideDrain(standing, false)));
      return caughtUp(change.region, asked, outcome);
    },
    async removeRegion(asked) {
      const change = changeOf('remove', asked);
      const { force } = asked.body;
      const outcome = requireDone(
        change,
        await regions.remove({ ...change, force }, (standing) => decideRemove(standing, force)),
      );
      return { region: change.region, changed: isChanged(outcome), catchUp: [] };
    },
  };
}

/** By this request, or by it when it came before. */
const isChanged = ({ outcome }: RegionOutcome): boolean => outcome !== 'same';

function changeOf(
  verb: 'add' | 'drain' | 'undrain' | 'remove',
  { person, parameters, body, key }: Asked,
): RegionChange {
  const by = person.person;
  return { region: regionParameter(parameters), by, reason: body.reason, key: requestKey(`region-${verb}`, by, key) };
}

/** @throws ProblemError `not-found`, `refused` */
function requireDone({ region }: RegionChange, outcome: RegionOutcome): RegionOutcome {
  if (outcome.outcome === 'unknown') throw new ProblemError('not-found', { detail: `there is no region ${region}` });
  if (outcome.outcome !== 'refused') return outcome;
  const next = outcome.forceable ? `If that is meant: slipway remove region ${region} --force --reason …` : undefined;
  throw new ProblemError('refused', { detail: outcome.reason, ...(next && { next }) });
}

function leftOut({ service, deployment }: OpenWithout): CatchUp {
  const reason = `${deploymentReference(service, deployment)} is open without it: redeploy after its end`;
  return { service, deployment: null, reason };
}

/** By the service's lane, its freezes and its policy, like any other deployment; one that waits for its lane's lock waits. */
async function bring(
  { service, release }: BehindService,
  region: RegionName,
  { person: { person }, key }: Asked,
  lanes: RegionParts['lanes'],
): Promise<CatchUp> {
  const reason = `${region} takes part again`;
  const source = { from: 'person', person, release, reason, regions: [region] } as const;
  const request = { key, service, kind: 'rollout', source, traceparent: currentTraceparent() } as const;
  try {
    const answer = await lanes.submit(request, true);
    if (answer.outcome === 'refused') return { service, deployment: null, reason: answer.message };
    return { service, deployment: deploymentReference(service, answer.deployment), reason: null };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { service, deployment: null, reason: error.message };
  }
}

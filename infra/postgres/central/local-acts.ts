import type { LaneToShut, LocalActRecords } from '../../../api/control/regions/local-act-records.ts';
import { localActText, shutsLane } from '../../../domain/lane/local-act-lock.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { LocalAct } from '../../../protocol/local-acts.ts';
import type { Database, EntityManager } from '../connect.ts';
import { changeAudited, type AuditEntry } from './audit-log.ts';
import { Audit, Deployment, ServiceRegion } from './entities.ts';
import { lockKnownService } from './lock-service.ts';
import { deploymentName } from './object-names.ts';

/** @see LocalActRecords */
export const createLocalActRecords = (database: Database): LocalActRecords => ({
  async store(region, acts) {
    const lanes: LaneToShut[] = [];
    for (const act of acts) lanes.push(...(await changeAudited(database, (em) => storeAct(em, region, act))));
    return lanes;
  },
});

/** A region speaks of the services that it runs: of another it is noted, and nothing follows. */
async function storeAct(em: EntityManager, region: RegionName, act: LocalAct) {
  const { service, goal } = act;
  const key = `local-act:${region}:${act.id}`;
  const place = service === null ? null : await em.findOne(ServiceRegion, { service, region });
  if (service === null || goal === null || place === null || !isAboutGoal(act)) {
    return { result: [], audit: [entryOf(region, act, `region:${region}`, key)] };
  }
  await lockKnownService(em, service);
  const { deployment } = goal.attempt;
  const row = await em.findOne(Deployment, { service, number: deployment });
  const audit = [entryOf(region, act, row === null ? service : deploymentName(service, deployment), key)];
  const isNew = (await em.count(Audit, { key })) === 0;
  // What runs there is another release than elsewhere from now on, until a deployment brings it on.
  if (isNew && act.verb === 'rollback' && !goal.open && place.writtenDeployment <= deployment) {
    await em.nativeUpdate(ServiceRegion, { service, region }, { release: goal.base?.number ?? null });
  }
  const told = { verb: act.verb, wasOpen: goal.open, atMs: Date.parse(act.at) };
  const shut = shutsLane(told, row?.endedAt?.getTime() ?? null);
  const lane: LaneToShut = { service, reason: localActText(act.verb, { region, ...act }), key };
  return { result: shut ? [lane] : [], audit };
}

const isAboutGoal = (act: LocalAct): act is LocalAct & { readonly verb: 'rollback' | 'hold' } =>
  act.verb === 'rollback' || act.verb === 'hold';

/** The person's name is the region's word: nobody at the centre has checked it, and it says so. */
const entryOf = (region: RegionName, act: LocalAct, object: string, key: string): AuditEntry => ({
  actor: `${act.by} (${region})`,
  verb: `local-${act.verb}`,
  object,
  detail: {
    region,
    reason: act.reason,
    done: act.at,
    number: act.number,
    ...(act.service !== null && { service: act.service }),
    ...(act.host !== null && { host: act.host }),
    ...(act.goal !== null && { attempt: act.goal.attempt, generation: act.goal.generation, base: act.goal.base }),
    ...(act.change !== null && { change: act.change }),
  },
  key,
});

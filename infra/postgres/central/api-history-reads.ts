import { raw } from '@mikro-orm/core';
import type { Projection } from '../../../api/control/reads/projection.ts';
import { goBack } from '../../../domain/history/go-back.ts';
import { rollbackHistory } from '../../../domain/history/rollback-history.ts';
import { leftBehind } from '../../../domain/hook/find-left-behind.ts';
import { takenBackText } from '../../../domain/lane/taken-back.ts';
import type { ServiceName } from '../../../domain/names.ts';
import { durationsOf, type Durations } from '../../../domain/progress/durations.ts';
import type { DeploymentKind, DeploymentOutcome } from '../../../domain/states.ts';
import type { Database, EntityManager } from '../connect.ts';
import { readEarlier } from './earlier-deployments.ts';
import { Audit, Deployment, ServiceRegion } from './entities.ts';
import { findTakenBack } from './merges.ts';
import { readHistory } from './lane-records.ts';
import { deploymentName } from './object-names.ts';

type HistoryReads = Pick<
  Projection,
  | 'findGoingBack'
  | 'findTakenBack'
  | 'findLeftBehind'
  | 'listRegionsOf'
  | 'durations'
  | 'controlRevision'
  | 'knowsRequest'
>;

/** So many of the newest are measured. */
const measured = 10;

/** With which a deployment begins to do something, after all that it waits for before: approval, slot, window. */
const firstSteps = ['hooks-before-started', 'stage-started'];

/** What people send to a deployment, as it is recorded; a record by `slipway` is of its own doing. */
const messageVerbs = [
  'approve',
  'approve-stage',
  'break-glass',
  'reject',
  'pause',
  'resume',
  'promote',
  'region-skipped',
  'abort',
  'end-undo',
  'lane-locked',
  'lane-unlocked',
];

export const historyReads = (database: Database): HistoryReads => ({
  async findGoingBack(service, asked) {
    return goBack(rollbackHistory(await readHistory(database.em.fork(), service), null), asked);
  },

  async findTakenBack(service, release) {
    const gone = await findTakenBack(database.em.fork(), service, release);
    return gone && takenBackText(service, release, gone);
  },

  async findLeftBehind(than) {
    return leftBehind(await readEarlier(database.em.fork(), than));
  },

  async listRegionsOf(service) {
    const ran = { service, release: { $ne: null } };
    const rows = await database.em.fork().find(ServiceRegion, ran, { orderBy: { region: 'asc' } });
    return rows.map(({ region }) => region);
  },

  async durations(service) {
    const em = database.em.fork();
    return {
      deploy: await durations(em, { service, outcome: 'succeeded', kind: { $ne: 'rollback' } }, firstSteps),
      rollback: await durations(em, { service, outcome: 'succeeded', kind: 'rollback' }, ['deployment-started']),
      undo: await durations(em, { service, outcome: 'undone' }, ['undo-started']),
    };
  },

  async controlRevision(service, deployment) {
    const em = database.em.fork();
    const object = deployment === null ? service : deploymentName(service, deployment);
    const messages = await em.count(Audit, { object, verb: { $in: messageVerbs }, actor: { $ne: 'slipway' } });
    if (deployment !== null) return messages;
    const [row] = await em.execute<[{ count: number }]>(
      `select count(*)::int as count from deployment where service = ? and source ->> 'from' = 'person'`,
      [service],
    );
    return messages + row.count;
  },

  async knowsRequest(service, key) {
    const em = database.em.fork();
    if ((await em.count(Deployment, { service, key })) > 0) return true;
    const keys = [`lock:${service}:${key}`, `hotfix:${service}:${key}`];
    return (await em.count(Audit, { key: { $in: keys } })) > 0;
  },
});

type KindFilter = DeploymentKind | { readonly $ne: DeploymentKind };

/**
 * From the first record of `since` to the end, of the newest that ended so. One that went to some of the regions says nothing
 * of all, and the wait for the approval of a stage is somebody's own.
 */
async function durations(
  em: EntityManager,
  ended: { readonly service: ServiceName; readonly outcome: DeploymentOutcome; readonly kind?: KindFilter },
  since: readonly string[],
): Promise<Durations | null> {
  const { service } = ended;
  const limited = raw("source -> 'regions'");
  const rows = await em.find(
    Deployment,
    { ...ended, [limited]: null },
    { orderBy: { number: 'desc' }, limit: measured },
  );
  const object = { $in: rows.map(({ number }) => deploymentName(service, number)) };
  const verb = { $in: [...since, ...stageAsks] };
  const records = await em.find(
    Audit,
    { object, verb },
    { fields: ['sequence', 'object', 'at', 'verb'], orderBy: { sequence: 'asc' } },
  );
  const told = Map.groupBy(records, (record) => record.object);
  return durationsOf(
    rows.flatMap(({ number, endedAt }) => {
      const own = told.get(deploymentName(service, number)) ?? [];
      const begun = own.find(({ verb: told }) => since.includes(told));
      if (begun === undefined || !endedAt) return [];
      return [Math.max(0, endedAt.getTime() - begun.at.getTime() - askedMs(own))];
    }),
  );
}

const stageAsks = ['stage-approval-wanted', 'stage-approved'];

/** How long stages waited for their approval, in all. */
function askedMs(records: readonly { readonly verb: string; readonly at: Date }[]): number {
  let [total, sinceMs] = [0, null as number | null];
  for (const { verb, at } of records) {
    if (verb === 'stage-approval-wanted') sinceMs ??= at.getTime();
    if (verb !== 'stage-approved' || sinceMs === null) continue;
    total += at.getTime() - sinceMs;
    sinceMs = null;
  }
  return total;
}

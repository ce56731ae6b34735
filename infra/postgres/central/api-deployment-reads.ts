import type { MissingWorkers } from '../../../api/control/operations/missing-workers.ts';
import type { Projection } from '../../../api/control/reads/projection.ts';
import type { Database } from '../connect.ts';
import { deploymentContext } from './api-deployment-context.ts';
import { deploymentSummary, storedDeployment } from './api-deployment-rows.ts';
import { Deployment, HookRun } from './entities.ts';

type DeploymentReads = Pick<
  Projection,
  'listDeployments' | 'findDeployment' | 'findStanding' | 'listOpenDeployments' | 'listHookRuns'
>;

export const deploymentReads = (database: Database, workers: Pick<MissingWorkers, 'versionFor'>): DeploymentReads => ({
  async listDeployments(service, { limit, cursor, state, open }) {
    const em = database.em.fork();
    const rows = await em.find(
      Deployment,
      {
        ...(service === null ? {} : { service }),
        ...(state === undefined ? {} : { state }),
        ...(open === undefined ? {} : { outcome: open ? null : { $ne: null } }),
        ...olderThan(cursor),
      },
      { orderBy: [{ openedAt: 'desc' }, { service: 'asc' }, { number: 'desc' }], limit: limit + 1 },
    );
    const page = rows.slice(0, limit);
    const context = await deploymentContext(em, page, 'summary', workers);
    const last = page.at(-1);
    const next =
      rows.length > limit && last !== undefined
        ? `${last.openedAt.toISOString()} ${last.service} ${last.number}`
        : null;
    return { items: page.map((row) => deploymentSummary(row, context)), next };
  },

  async findDeployment(service, number) {
    const em = database.em.fork();
    const row = await em.findOne(Deployment, { service, number });
    return row === null ? null : storedDeployment(row, await deploymentContext(em, [row], 'whole', workers));
  },

  async listHookRuns(service, deployment) {
    const em = database.em.fork();
    // An undo begins after its hook, and may do so in the same millisecond.
    const orderBy = [{ startedAt: 'asc' }, { does: 'asc' }, { place: 'asc' }] as const;
    const rows = await em.find(HookRun, { service, deployment }, { orderBy: [...orderBy], limit: 1_000 });
    return rows.map(({ startedAt, endedAt, place, does, moment, region, index, command, state, why, log }) => ({
      place,
      does,
      moment,
      index,
      command,
      state,
      region: region ?? null,
      why: why ?? null,
      log: log ?? null,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    }));
  },

  async findStanding(service, number) {
    const row = await database.em.fork().findOne(Deployment, { service, number }, { fields: ['state', 'outcome'] });
    return row === null ? null : { state: row.outcome ?? row.state, outcome: row.outcome ?? null };
  },

  async listOpenDeployments(service) {
    const em = database.em.fork();
    const rows = await em.find(
      Deployment,
      { outcome: null, ...(service === null ? {} : { service }) },
      { orderBy: { openedAt: 'asc' }, limit: 1_000 },
    );
    const context = await deploymentContext(em, rows, 'whole', workers);
    return rows.map((row) => storedDeployment(row, context));
  },
});

/** A cursor is the last row of the page before: time, service and number. One that is not is no page at all. */
function olderThan(cursor: string | undefined): object {
  if (cursor === undefined) return {};
  const [at, service, number] = cursor.split(' ');
  const openedAt = new Date(at ?? '');
  if (Number.isNaN(openedAt.getTime()) || service === undefined || !Number.isSafeInteger(Number(number)))
    return { number: -1 };
  return {
    $or: [
      { openedAt: { $lt: openedAt } },
      { openedAt, service: { $gt: service } },
      { openedAt, service, number: { $lt: Number(number) } },
    ],
  };
}

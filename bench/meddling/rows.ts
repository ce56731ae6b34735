import { Deployment } from '../../infra/postgres/central/entities.ts';
import type { DeploymentRow } from '../../infra/postgres/central/entities/deployment.ts';
import { until } from '../frame/until.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import type { Track } from './track.ts';

/** Builds, copies and undos of a loaded machine end within this; what takes longer is stuck. */
export const longestMs = 4 * 60_000;

export const readDeployment = ({ stack }: Track, { service, deployment }: DeploymentRef): Promise<DeploymentRow> =>
  stack.central.em.fork().findOneOrFail(Deployment, { service, number: deployment });

/** When its row is so. @throws Error when it ends before that, or takes too long */
export const untilStands = (
  track: Track,
  ref: DeploymentRef,
  what: string,
  stands: (row: DeploymentRow) => boolean | Promise<boolean>,
): Promise<DeploymentRow> =>
  until(`${ref.service}/${ref.deployment} ${what}`, { limitMs: longestMs, signal: track.signal }, async () => {
    const row = await readDeployment(track, ref);
    if (await stands(row)) return row;
    if (row.outcome) throw new Error(`${ref.service}/${ref.deployment} ended ${row.outcome}: ${row.reason}`);
    return undefined;
  });

/** When it has an outcome; `seen` is given each row on the way. */
export const untilOutcome = (
  track: Track,
  ref: DeploymentRef,
  seen: (row: DeploymentRow) => void = () => undefined,
): Promise<DeploymentRow> =>
  untilStands(track, ref, 'to end', (row) => {
    seen(row);
    return Boolean(row.outcome);
  });

/** Whether all of its regions are in this state; false before it has any. */
export const allAre = ({ regions }: DeploymentRow, state: string): boolean =>
  regions.length > 0 && regions.every((region) => region.state === state);

import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { regionEnvironmentFile } from '../../../infra/local/programs.ts';
import { BatchRecord } from '../../../infra/postgres/region/entities/goals.ts';
import type { DeploymentRow } from '../../../infra/postgres/central/entities/deployment.ts';
import { Deployment } from '../../../infra/postgres/central/entities.ts';
import { deploymentWorkflowId } from '../../../workflows/messages/deployment.ts';
import type { DeploymentRef } from '../../service/follow-deployment.ts';
import type { PersonAct } from '../scenario/scenario.ts';
import type { RunEnd } from '../verdict/run-end.ts';
import type { Slot } from './slot.ts';

const run = promisify(execFile);
const lookEveryMs = 250;
const longestMs = 10 * 60_000;

/** The row of a deployment that has ended, and what people have done until then. */
export type Attended = Pick<RunEnd, 'act' | 'held'> & { readonly row: DeploymentRow };

/**
 * Stands by a deployment until it ends and its workflow has closed: does what the scenario wants, and aborts what a person is
 * asked about. @throws Error when that takes ten minutes
 */
export async function attend(
  slot: Slot,
  ref: DeploymentRef,
  wanted: PersonAct | null,
  signal: AbortSignal,
): Promise<Attended> {
  const until = performance.now() + longestMs;
  let attended: Omit<Attended, 'row'> = { act: 'none', held: false };
  let left = wanted;
  while (performance.now() < until) {
    const row = await readRow(slot, ref);
    if (row.outcome) return { ...attended, row: await closed(slot, row) };
    if (row.held && !attended.held) {
      attended = { ...attended, held: true };
      await abort(slot, ref);
    }
    if (left !== null && (await hasBegun(slot, ref, left.batch))) {
      await delay(left.afterMs, undefined, { signal });
      attended = { ...attended, act: await doAct(slot, ref, left) };
      left = null;
    }
    await delay(lookEveryMs, undefined, { signal });
  }
  throw new Error(`${ref.service}/${ref.deployment} did not end`);
}

/** It has a few things to do after its end. */
async function closed({ stack }: Slot, row: DeploymentRow): Promise<DeploymentRow> {
  await stack.temporal.workflow.getHandle(deploymentWorkflowId(row.service, row.number)).result();
  return row;
}

const readRow = ({ stack }: Slot, { service, deployment }: DeploymentRef): Promise<DeploymentRow> =>
  stack.central.em.fork().findOneOrFail(Deployment, { service, number: deployment });

const hasBegun = async ({ database }: Slot, { service, deployment }: DeploymentRef, number: number): Promise<boolean> =>
  (await database.em.fork().count(BatchRecord, { service, deployment, number })) > 0;

const doAct = (slot: Slot, ref: DeploymentRef, { verb }: PersonAct): Promise<RunEnd['act']> =>
  verb === 'abort' ? abort(slot, ref) : rollBackHere(slot, ref);

/** Refused when it finishes or has ended: nothing was done then. */
const abort = ({ stack }: Slot, { service, deployment }: DeploymentRef): Promise<RunEnd['act']> =>
  stack.releaseOwner.call('abort', { path: { service, deployment }, body: { reason: 'by the scenario' } }).then(
    () => 'made',
    () => 'none',
  );

/** As an operator of the region does it. Refused where there is nothing to go back to. */
async function rollBackHere({ stack, region }: Slot, { service }: DeploymentRef): Promise<RunEnd['act']> {
  const { shape } = stack;
  const program = ['--disable-warning=ExperimentalWarning', 'workers/region-command/main.ts'];
  const where = ['--environment', regionEnvironmentFile(shape, region)];
  const verb = ['rollback', service, '--reason', 'by the scenario', '--no-wait'];
  const env = { PATH: process.env['PATH'] ?? '', SUDO_USER: 'ada' };
  const said = await run(process.execPath, [...program, ...where, ...verb], { cwd: shape.projectRoot, env });
  return `${said.stdout}${said.stderr}`.includes('its deployment is undone') ? 'made' : 'late';
}

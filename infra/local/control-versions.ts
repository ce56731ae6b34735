import { Client, Connection } from '@temporalio/client';
import { findTooOld, tooOldText } from '../temporal/before-the-last.ts';
import { makeCurrent } from '../temporal/make-current.ts';
import { drain, keepBundle, openOlderVersions } from './older-versions.ts';
import { olderControlWorker, temporalNamespace, type Program, type StackShape } from './programs.ts';
import type { SupervisedProcess } from './supervised-process.ts';

export interface ControlVersions {
  /** Control workers of older versions. */
  readonly workers: readonly SupervisedProcess[];
  /** Looks no more whether they may end. */
  stopLooking(): Promise<void>;
}

/**
 * Temporal hands new deployments only to the version of the control worker that was made the current one; those in flight
 * go on with the version that they began on, for which a worker is started beside it until they have ended.
 */
export async function startControlVersions(
  shape: StackShape,
  start: (program: Program, meanwhile: string) => SupervisedProcess,
): Promise<ControlVersions> {
  const { addresses, data } = shape;
  const connection = await Connection.connect({ address: `127.0.0.1:${addresses.temporal}` });
  const stop = new AbortController();
  try {
    const client = new Client({ connection, namespace: temporalNamespace(data) });
    const current = await keepBundle(data);
    await makeCurrent(client, current, 30_000);
    for (const found of await findTooOld(client, current)) process.stderr.write(`slipway: ${tooOldText(found)}\n`);
    const older = await openOlderVersions(client, data, current);
    // One that doesn't start leaves what is pinned to it waiting, and must not keep all else from starting.
    const running = older.map((version) => {
      const meanwhile = `deployments that began on version ${version.buildId} wait`;
      return { version, worker: start(olderControlWorker(shape, version), meanwhile) };
    });
    const drained = running.map(({ version, worker }) => drain(client, version, worker, stop.signal));
    return {
      workers: running.map(({ worker }) => worker),
      async stopLooking() {
        stop.abort();
        await Promise.all(drained);
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

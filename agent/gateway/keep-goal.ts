import { readFile } from 'node:fs/promises';
import { offeredGoalSchema, type OfferedGoal } from '../../protocol/gateway.ts';
import type { AgentDirectory, ServiceDirectory } from '../agent-directory.ts';
import { makeDirectory, replaceFile } from '../durable-files.ts';
import type { Log } from '../log.ts';

/** The goal that was taken up last, as its director signed it. No decision of the agent is made from it. */
export type KeptGoal = Pick<OfferedGoal, 'goal' | 'admissions'>;

const keptGoalSchema = offeredGoalSchema.pick({ goal: true, admissions: true });

/** Best effort: a full disk keeps no goal from being obeyed. */
export const goalKeeper =
  (directory: AgentDirectory, log: Log) =>
  async ({ service, goal, admissions }: OfferedGoal): Promise<void> => {
    const { root, goal: file } = directory.service(service);
    try {
      await makeDirectory(root);
      await replaceFile(file, JSON.stringify({ goal, admissions } satisfies KeptGoal));
    } catch (error) {
      log.warn('the signed goal was not kept', { service, reason: (error as Error).message });
    }
  };

/** Null when none was kept, or it is torn. */
export async function readKeptGoal({ goal }: ServiceDirectory): Promise<KeptGoal | null> {
  try {
    return keptGoalSchema.parse(JSON.parse(await readFile(goal, 'utf8')));
  } catch {
    return null;
  }
}

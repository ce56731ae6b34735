import type { Obstacles } from '../../domain/deployment/waiting.ts';
import { hasUndosLeft } from '../../domain/hook/next-undo.ts';
import { isUnsettled } from '../../domain/hook/standing.ts';
import type { DeploymentRun } from './deployment-run.ts';

/** What of its hooks a deployment waits for. */
export function hookWaitsOf(run: DeploymentRun): Pick<Obstacles, 'lateUndo' | 'dataLoss' | 'hook'> {
  const [atWork] = [...run.hooksAtWork.values()];
  return {
    lateUndo: run.undoIsLate && hasUndosLeft(run.hooks) ? { commands: undosLeft(run) } : null,
    dataLoss: run.losing,
    hook: atWork === undefined ? null : { text: atWork.text, since: atWork.since },
  };
}

/** Newest first: as they will run. */
const undosLeft = ({ hooks }: DeploymentRun): readonly string[] =>
  hooks
    .toReversed()
    .filter((each) => isUnsettled(each) && !each.hook.mayStay)
    .flatMap(({ hook }) => hook.undo ?? []);

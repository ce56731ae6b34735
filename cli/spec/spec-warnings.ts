import { approvalWanted } from '../../domain/hook/irreversible.ts';
import type { ServiceSpec, StageSpec } from '../../domain/spec/service-spec.ts';

/** What is allowed, and most often not meant. */
export function specWarnings(spec: ServiceSpec): readonly string[] {
  const { rollback, rollout, build } = spec;
  const first = rollout.stages[0];
  return [
    ...rollout.stages.flatMap(stageWarnings),
    ...only(
      rollout.stages.length > 1 && first?.bakeMs === 0,
      `rollout.stages[0].bake: ${first?.name} is not watched before the next stage begins`,
    ),
    ...only(approvalWanted(spec) === null, 'approve: left out, so no person is asked: a merge goes live by itself'),
    ...only(!rollback.automatic, 'rollback.automatic: a bad release stays on its hosts until a person decides'),
    ...only(
      rollback.automatic && !rollback.lockAfter,
      'rollback.lockAfter: after an undo the next merge is deployed at once, the bad change with it',
    ),
    ...only(build.run !== null && build.output === '.', 'build.output: the sources are released with what was built'),
  ];
}

function stageWarnings({ name, regions, batches }: StageSpec, index: number): string[] {
  const [firstBatch] = batches;
  const all = firstBatch !== undefined && 'percent' in firstBatch && firstBatch.percent === 100;
  return only(
    all,
    `rollout.stages[${index}].batches: ${name} switches all hosts of ${regions.length === 1 ? 'its region' : 'each region'} at once`,
  );
}

const only = (isTrue: boolean, warning: string): string[] => (isTrue ? [warning] : []);

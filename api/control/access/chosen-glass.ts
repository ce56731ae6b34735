import { ProblemError } from '../../http/problem-error.ts';
import type { ReviewedStage } from './access-records.ts';

/** Which glass of a deployment is meant: what is to be reviewed, where no stage is named. @throws ProblemError `not-found`, `invalid-request` */
export function chosenGlass(
  broken: readonly ReviewedStage[],
  stage: string | null | undefined,
  name: string,
): ReviewedStage {
  const fitting = stage === undefined ? broken : broken.filter((each) => each.stage === stage);
  const wanted = fitting.filter(({ review }) => review === 'wanted');
  const [first, second] = wanted.length > 0 ? wanted : fitting;
  if (first === undefined) throw new ProblemError('not-found', { detail: `no glass was broken for ${name}` });
  if (second === undefined || stage !== undefined) return first;
  const message = `must name one of ${fitting.map((each) => each.stage ?? 'null').join(', ')}`;
  throw new ProblemError('invalid-request', {
    detail: `glass was broken more than once for ${name}`,
    errors: [{ path: 'stage', message }],
  });
}

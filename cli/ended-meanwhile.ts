import type { Deployment } from '../protocol/api/deployment.ts';
import { problemOf } from '../protocol/api/problems.ts';
import { ApiProblemError } from './api-errors.ts';
import { stateSentence } from './state-sentence.ts';
import { nextText } from './status-text.ts';

/** A deployment that ended while it was waited for: how it ended is the answer, and the exit code. */
export class EndedMeanwhileError extends ApiProblemError {
  readonly deployment: Deployment;

  constructor(ended: Deployment) {
    const next = nextText(ended.why);
    super(
      problemOf('refused', { detail: `${ended.deployment} ${stateSentence(ended)}`, ...(next !== null && { next }) }),
    );
    this.deployment = ended;
  }
}

import type { CommitStatus } from '../../domain/gate/commit-status.ts';
import { RateLimitedError, type CommitStatuses } from './commit-statuses.ts';

/** What a look at a provider meets. */
export type Answer =
  | readonly CommitStatus[]
  | 'fails with 500'
  | 'hangs'
  | 'hangs, and does not look at its signal'
  | { readonly rateLimitedMs: number };

/** A provider of statuses, with the faults that real ones have. Each look meets the next answer; the last one stays. */
export function createProvider(...answers: readonly Answer[]) {
  const asked: { readonly repository: string; readonly commit: string; readonly atMs: number }[] = [];
  const statuses: CommitStatuses = {
    findRepository: (service) => Promise.resolve(service === 'nobody' ? null : `acme/${service}`),
    list(repository, commit, signal) {
      asked.push({ repository, commit, atMs: performance.now() });
      return answerOf(answers[Math.min(asked.length, answers.length) - 1]!, signal);
    },
  };
  return { statuses, asked };
}

async function answerOf(answer: Answer, signal: AbortSignal): Promise<readonly CommitStatus[]> {
  if (answer === 'fails with 500') throw new Error('it answers 500');
  if (answer === 'hangs')
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  if (answer === 'hangs, and does not look at its signal') return new Promise(() => undefined);
  if ('rateLimitedMs' in answer) throw new RateLimitedError(answer.rateLimitedMs);
  return answer;
}

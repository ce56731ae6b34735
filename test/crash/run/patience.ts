import { setTimeout as delay } from 'node:timers/promises';
import { ApiProblemError } from '../../../cli/api-client.ts';

const askEveryMs = 100;

/** What was waited for did not come. */
export class InVainError extends Error {
  override readonly name = 'InVainError';
}

/**
 * Asks again and again until the answer isn't undefined. A look that fails, because what it looks at was killed, is no
 * answer. @throws InVainError after `limitMs`
 */
export async function until<Answer>(
  what: string,
  limitMs: number,
  look: () => Answer | undefined | Promise<Answer | undefined>,
): Promise<Answer> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const seen = await attempt(look);
    if (seen.answer !== undefined) return seen.answer;
    if (performance.now() > deadline)
      throw new InVainError(`in vain for ${limitMs} ms: ${what}`, { cause: seen.fault });
    await delay(askEveryMs);
  }
}

/** Looks once; what fails, because what it looks at was harmed, is no answer. */
export async function lookOnce<Answer>(look: () => Promise<Answer>): Promise<Answer | undefined> {
  return (await attempt(look)).answer;
}

async function attempt<Answer>(look: () => Answer | undefined | Promise<Answer | undefined>) {
  try {
    return { answer: await look() };
  } catch (fault) {
    return { answer: undefined, fault };
  }
}

/** What the api said: its answer, or why it refuses. */
export type Said<Answer> =
  { readonly refused: false; readonly answer: Answer } | { readonly refused: true; readonly problem: ApiProblemError };

/**
 * Sends a request until it is answered, as a person who presses again because nothing came back: it must carry the same
 * key each time. @throws InVainError
 */
export const patiently = <Answer>(what: string, limitMs: number, send: () => Promise<Answer>): Promise<Said<Answer>> =>
  until(what, limitMs, async () => {
    try {
      return { refused: false, answer: await send() } as const;
    } catch (error) {
      if (error instanceof ApiProblemError && !mayWorkLater(error)) return { refused: true, problem: error } as const;
      throw error;
    }
  });

const mayWorkLater = ({ problem }: ApiProblemError): boolean => problem.retryable || problem.status >= 500;

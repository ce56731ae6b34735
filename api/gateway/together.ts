import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '../../infra/postgres/availability.ts';

interface Asked<Question, Answer> {
  readonly question: Question;
  readonly answered: PromiseWithResolvers<Answer | undefined>;
}

/**
 * Asks for many at once what callers ask one by one: while one round is under way, what comes waits for the next. So there
 * is one statement at a time however many ask, and no delay where few do. With `apartMs` a round that isn't full begins no
 * sooner than that after the one before. A round that fails fails for all in it; one that the database didn't answer for all who
 * wait by then too, so that nobody waits out its patience more than once.
 */
export function together<Question, Answer>(
  askAll: (questions: readonly Question[]) => Promise<ReadonlyMap<Question, Answer>>,
  mostAtOnce: number,
  apartMs = 0,
): { ask(question: Question): Promise<Answer | undefined>; waiting(): number } {
  const waiting: Asked<Question, Answer>[] = [];
  let asking = false;
  let nextAtMs = -Infinity;

  async function askWaiting(): Promise<void> {
    asking = true;
    while (waiting.length > 0) {
      const restMs = waiting.length < mostAtOnce ? nextAtMs - performance.now() : 0;
      if (restMs > 0) await delay(restMs);
      nextAtMs = performance.now() + apartMs;
      await askRound(waiting.splice(0, mostAtOnce));
    }
    asking = false;
  }
  async function askRound(round: readonly Asked<Question, Answer>[]): Promise<void> {
    try {
      const answers = await askAll([...new Set(round.map(({ question }) => question))]);
      for (const { question, answered } of round) answered.resolve(answers.get(question));
    } catch (error) {
      const failed = isDatabaseUnavailable(error) ? [...round, ...waiting.splice(0)] : round;
      for (const { answered } of failed) answered.reject(error);
    }
  }
  return {
    ask(question) {
      const answered = Promise.withResolvers<Answer | undefined>();
      waiting.push({ question, answered });
      if (!asking) void askWaiting();
      return answered.promise;
    },
    waiting: () => waiting.length,
  };
}

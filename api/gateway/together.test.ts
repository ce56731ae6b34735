import { expect, test } from '@jest/globals';
import { setImmediate as nextRound, setTimeout as delay } from 'node:timers/promises';
import { until } from '../../test/crash/run/patience.ts';
import { patienceMs } from '../../test/patience.ts';
import { together } from './together.ts';

/** Rounds that are under way, each to be ended by the test. */
function rounds(apartMs = 0) {
  const asked: { questions: readonly string[]; answer: PromiseWithResolvers<ReadonlyMap<string, string>> }[] = [];
  const askAll = (questions: readonly string[]) => {
    const answer = Promise.withResolvers<ReadonlyMap<string, string>>();
    asked.push({ questions, answer });
    return answer.promise;
  };
  return { asked, ...together(askAll, 2, apartMs) };
}
const away = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

test('while a round is under way what comes waits for the next', async () => {
  const { asked, ask } = rounds();
  const [first, second] = [ask('a'), ask('b')];
  expect(asked.map(({ questions }) => questions)).toEqual([['a']]);
  asked[0]!.answer.resolve(new Map([['a', '1']]));
  expect(await first).toBe('1');
  await nextRound();
  expect(asked[1]!.questions).toEqual(['b']);
  asked[1]!.answer.resolve(new Map());
  expect(await second).toBeUndefined();
});

test('a round that the database did not answer ends the wait of all who came by then, and the next to come is asked anew', async () => {
  const { asked, ask, waiting } = rounds();
  const all = ['a', 'b', 'c', 'd', 'e'].map((each) => ask(each));
  const ended = Promise.allSettled(all);
  asked[0]!.answer.reject(away());
  expect((await ended).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  expect([asked.length, waiting()]).toEqual([1, 0]);
  const later = ask('f');
  asked[1]!.answer.resolve(new Map([['f', '6']]));
  expect(await later).toBe('6');
});

test('a round that fails otherwise fails for those in it only', async () => {
  const { asked, ask } = rounds();
  const [first, second] = [ask('a'), ask('b')];
  asked[0]!.answer.reject(new Error('a bug'));
  await expect(first).rejects.toThrow('a bug');
  await nextRound();
  asked[1]!.answer.resolve(new Map([['b', '2']]));
  expect(await second).toBe('2');
});

test('rounds that are to begin apart gather what comes in between, and the first that comes after that waits for nobody', async () => {
  const { asked, ask } = rounds(50);
  const answer = (round: number) => asked[round]!.answer.resolve(new Map());
  const startedAt = performance.now();
  const first = ask('a');
  answer(0);
  await first;
  const [second, third] = [ask('b'), ask('c')];
  expect(asked).toHaveLength(1);
  await until('a second round', patienceMs, async () => (asked.length === 2 ? true : undefined));
  expect(performance.now() - startedAt).toBeGreaterThan(45);
  expect(asked[1]!.questions).toEqual(['b', 'c']);
  answer(1);
  await Promise.all([second, third]);
  await delay(60);
  void ask('d');
  expect(asked).toHaveLength(3);
});

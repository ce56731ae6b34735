import { condition, defineSignal, setHandler, sleep } from '@temporalio/workflow';

export const comeSignal = defineSignal<[string]>('come');

/** Waits for a signal, `limitMs` at most, and goes on a little. Answers what came. */
export async function waiter(limitMs: number): Promise<string> {
  let what = 'nothing';
  setHandler(comeSignal, (come) => void (what = come));
  await condition(() => what !== 'nothing', limitMs);
  await sleep(1);
  return what;
}

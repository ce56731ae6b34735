import { expect, test } from '@jest/globals';
import type { ApiClient } from '../api-client.ts';
import { deploymentOfMerge } from './deployment-of-merge.ts';

const merge = { service: 'shop', commit: 'a'.repeat(40) };
const never = new AbortController().signal;

interface Call {
  readonly path: { readonly deployment: number };
  readonly query?: { readonly limit: number };
}

/** A lane that has numbered so many of these commits when it is asked the first time, the second, … */
function laneOf(commits: readonly string[], numbered: readonly number[]) {
  let asked = 0;
  const shown: number[] = [];
  const call = (name: string, { path, query }: Call): Promise<unknown> => {
    if (name === 'showDeployment') {
      shown.push(path.deployment);
      return Promise.resolve({ source: { from: 'merge', commit: commits[path.deployment - 1] } });
    }
    const count = numbered[Math.min(asked++, numbered.length - 1)]!;
    const length = Math.min(count, query?.limit ?? 0);
    const items = Array.from({ length }, (_, index) => ({
      deployment: `shop/${count - index}`,
      number: count - index,
      goesOnAs: count - index === 2 ? count : null,
      supersededBy: count - index <= 2 && count > 2 ? count : null,
    }));
    return Promise.resolve({ items, next: null });
  };
  return { client: { call } as unknown as ApiClient, shown };
}

test('a merge is found as soon as its lane has numbered it, with what it has superseded, and no other is read twice', async () => {
  const { client, shown } = laneOf(['b', 'c', merge.commit], [2, 2, 3]);
  expect(await deploymentOfMerge(client, merge, never)).toEqual({
    deployment: 'shop/3',
    superseded: ['shop/1', 'shop/2'],
    takenBack: ['shop/1'],
  });
  expect(shown).toEqual([2, 1, 3]);
});

test('what it has superseded is found behind many others', async () => {
  const { client } = laneOf([...Array.from({ length: 19 }, () => 'b'), merge.commit], [20]);
  const found = await deploymentOfMerge(client, merge, never);
  expect(found).toMatchObject({ deployment: 'shop/20', superseded: ['shop/1', 'shop/2'] });
});

test('a merge that no lane numbers is not waited for without end', async () => {
  const { client } = laneOf(['b'], [1]);
  expect(await deploymentOfMerge(client, merge, never, 0)).toBeNull();
});

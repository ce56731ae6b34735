import { expect, jest, test } from '@jest/globals';
import type { ApiClient } from '../../../cli/api-client.ts';
import { approve } from './approve.ts';

const binding = { planDigest: 'sha256:1' };

/** An api that answers `shown` one after another. */
function approving(shown: readonly object[]) {
  const left = [...shown];
  const call = jest.fn(async (name: string) => (name === 'showDeployment' ? left.shift() : { token: 'a token' }));
  const say = jest.fn();
  const parts = { releaseOwner: { call } as unknown as ApiClient, say, signal: new AbortController().signal };
  return { done: approve(parts, 3), called: () => call.mock.calls.map(([name]) => name), say };
}

test('what there is to approve is asked for again while its workflow does not say', async () => {
  const silent = { binding: null, outcome: null };
  const { done, called, say } = approving([silent, silent, { binding, outcome: null }]);
  await done;
  expect(called()).toEqual(['showDeployment', 'showDeployment', 'showDeployment', 'approvalToken', 'approve']);
  expect(say).toHaveBeenCalledTimes(1);
});

test('nothing is approved that has ended meanwhile', async () => {
  const { done, called, say } = approving([{ binding: null, outcome: 'aborted' }]);
  await done;
  expect(called()).toEqual(['showDeployment']);
  expect(say).not.toHaveBeenCalled();
});

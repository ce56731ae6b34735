import { afterEach, expect, test } from '@jest/globals';
import { defaults } from '../client/api.ts';
import { laneFixture } from '../live/known.fixture.ts';
import { send, type Agreed, type Order } from './orders.ts';

afterEach(() => void delete defaults.fetch);

const planDigest = `sha256:${'2'.repeat(64)}`;
const told = { deployment: 'checkout/87', message: 'what the api says' };
const active = { deployment: 'checkout/87', number: 87, release: 412, kind: 'rollout' } as const;

/** @param answer of the api, whatever it is asked for */
function sent(
  verb: Order['verb'],
  answer: object,
  more: Partial<Order> = {},
  mayWaitFor: Agreed['mayWaitFor'] = [],
): Promise<string> {
  const body = JSON.stringify({ token: 'signed', ...answer });
  const headers = { 'content-type': 'application/json' };
  defaults.fetch = () => Promise.resolve(new Response(body, { status: 202, headers }));
  const order: Order = { verb, service: 'checkout', deployment: 87, ...more };
  return send(order, { idempotencyKey: 'page-1', planDigest, digest: 'sha256:dialog', mayWaitFor }, 'INC-7');
}

test.each<[Order['verb'], object, string]>([
  ['pause', told, 'what the api says, in effect when the batches that were allowed have ended'],
  ['abort', told, 'what the api says, in effect now: it stops, and what it has begun goes back'],
  ['approve', told, 'what the api says, in effect once no approval is missing and the release is copied'],
  [
    'rollback',
    { outcome: 'undoing', deployment: 'checkout/87' },
    'checkout/87 is being undone, in effect when its hosts report what they ran before; the lane stays locked after it',
  ],
  ['lock', laneFixture({ active }), 'the lane is locked, in effect now for what comes next; checkout/87 goes on'],
  ['unlock', laneFixture(), 'the lane is open, in effect now: nothing waits'],
  ['deploy', { deployment: 'checkout/88', ahead: 0 }, 'checkout/88 starts'],
  ['deploy', { deployment: 'checkout/88', ahead: 2 }, 'checkout/88 is queued, 2 before it'],
  [
    'deploy',
    { deployment: 'checkout/88', ahead: 0, lock: { owner: 'mo' } },
    'checkout/88 waits until the lane is unlocked',
  ],
  ['retry', { deployment: 'checkout/88', ahead: 0, lock: null }, 'checkout/88 starts'],
  ['redeploy', { deployment: 'checkout/88', ahead: 1, lock: null }, 'checkout/88 is queued, 1 before it'],
  ['review', told, 'what the api says'],
])('of an accepted %s it is said when it is in effect', async (verb, answer, text) => {
  expect(await sent(verb, answer)).toBe(text);
});

test('what was let wait behind a freeze is not said to start', async () => {
  const answer = { deployment: 'checkout/88', ahead: 0, lock: null };
  expect(await sent('retry', answer, { queue: true }, ['freeze'])).toBe('checkout/88 waits until the freeze is over');
  expect(await sent('retry', { ...answer, ahead: 1 }, { queue: true }, ['freeze'])).toMatch(/is queued, 1 before it$/);
});

test.each([
  [null, 'now'],
  [{ deployment: 'checkout/87', how: 'undone' }, 'once checkout/87 is undone'],
  [{ deployment: 'checkout/87', how: 'held' }, 'once checkout/87 has stopped where it is'],
])('of a hotfix it is said what it waits for: %j', async (active, when) => {
  const answer = { deployment: 'checkout/88', active, lock: null };
  expect(await sent('deploy', answer, { release: 5, hotfix: 'undo' })).toBe(
    `checkout/88 goes first, in effect ${when}`,
  );
});

test.each(['approve', 'break-glass'] as const)(
  '%s names the stage that was shown, or that it was about none: another may ask by now',
  async (verb) => {
    for (const [shown, named] of [
      ['world', 'world'],
      [undefined, null],
    ] as const) {
      const asked: { readonly stage?: string | null }[] = [];
      defaults.fetch = (_, init) => {
        asked.push(JSON.parse(init?.body as string) as { stage?: string | null });
        const headers = { 'content-type': 'application/json' };
        return Promise.resolve(new Response(JSON.stringify({ token: 'signed', ...told }), { status: 202, headers }));
      };
      const order: Order = { verb, service: 'checkout', deployment: 87, incident: 'INC-7' };
      const agreed = { idempotencyKey: 'page-1', planDigest, digest: 'sha256:dialog', ...(shown && { stage: shown }) };
      await send(order, agreed, 'down');
      expect(asked[0]).toMatchObject({ verb, planDigest, stage: named });
    }
  },
);

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { digest } from '../../domain/names.ts';
import type { Deployment } from '../../protocol/api/deployment.ts';
import type { Dialog } from '../../protocol/api/dialog.ts';
import type { ApiEvent } from '../../protocol/api/events.ts';
import type { ApiClient, ApiProblemError } from '../api-client.ts';
import { EndedMeanwhileError } from '../ended-meanwhile.ts';
import { exitCodeOfError } from '../exit-code.ts';
import { deployment, regionOf } from '../shown.fixture.ts';
import { openStream, snapshotOf, watcherOf } from '../watch/watcher.fixture.ts';
import { approve } from './send-deployment-verb.ts';

beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-11-24T12:00:00.000Z') }));
afterEach(() => void jest.useRealTimers());

const early: Deployment = { ...deployment, state: 'building', stage: null };
const planned: Deployment = { ...deployment, state: 'approving', stage: null, regions: [regionOf('eu-west')] };
const failed: Deployment = { ...early, state: 'failed', outcome: 'failed', reason: 'build: exit code 1' };

const dialog: Dialog = {
  verb: 'approve',
  object: 'checkout/87',
  title: 'Approve checkout/87?',
  lines: [],
  keep: 'Not now',
  confirm: 'Approve @412',
  reason: 'none',
  refused: null,
  digest: digest(`sha256:${'1'.repeat(64)}`),
  idempotencyKey: 'key-of-approve',
  planDigest: digest(`sha256:${'2'.repeat(64)}`),
  readAt: '2026-11-24T12:00:00.000Z',
};

/** A person with these roles approves `checkout/87`, which the api shows so. */
function approving(shown: Deployment, roles: readonly ['release-owner'] | readonly [] = ['release-owner']) {
  const { client, send } = openStream();
  const called: string[] = [];
  const answers: Readonly<Record<string, object>> = {
    showDeployment: shown,
    showDialog: dialog,
    approvalToken: { token: 'a token' },
    approve: { deployment: 'checkout/87', message: 'approved by mo, 1 of 1' },
  };
  const call = async (name: string) => {
    called.push(name);
    return answers[name];
  };
  const { session, notes, news, lines, interrupt } = watcherOf({ ...client, call } as unknown as ApiClient);
  const person = { ...session, introduce: async () => ({ person: 'mo', roles: [...roles] }) };
  const target = { kind: 'deployment', service: deployment.service, deployment: deployment.number } as const;
  const answer = approve(person, target, { yes: true }).catch((error: unknown) => error as Error);
  return { called, notes, news, lines, interrupt, answer, send };
}

const change = (message: string, changed: Deployment): ApiEvent => ({
  type: 'change',
  sequence: 2,
  at: '2026-11-24T12:00:05.000Z',
  actor: 'slipway',
  verb: 'test',
  object: 'checkout/87',
  message,
  deployment: changed,
  lane: null,
});

const waits = 'checkout/87 builds; it can be approved once its plan is made (Ctrl-C ends the wait)';

test('an approval right after a merge waits for the plan, says so once, and is sent', async () => {
  const { called, notes, news, lines, answer, send } = approving(early);
  await send(snapshotOf([early]));
  await send(change('checks', { ...early, state: 'checking' }));
  expect([called, news]).toEqual([['showDeployment'], [waits]]);
  await send(change('goes to eu-west', planned));
  expect(await answer).toMatchObject({ message: 'approved by mo, 1 of 1' });
  expect(called).toEqual(['showDeployment', 'showDialog', 'approvalToken', 'approve']);
  expect([notes, lines]).toEqual([[waits, 'Approve checkout/87?'], []]);
});

test('what it waits for in its lane is said', async () => {
  const waiting = 'waits for 1 deployment before it (checkout/86 is active)';
  const { notes, interrupt, answer } = approving({ ...early, state: 'queued', waiting });
  await jest.advanceTimersByTimeAsync(0);
  expect(notes[0]).toMatch(`checkout/87 is queued: ${waiting}; it can be approved once`);
  interrupt();
  await answer;
});

test('one that has its plan is asked about at once', async () => {
  const { called, notes, answer } = approving(planned);
  expect(await answer).toMatchObject({ message: 'approved by mo, 1 of 1' });
  expect([called.slice(0, 2), notes]).toEqual([['showDeployment', 'showDialog'], ['Approve checkout/87?']]);
});

test('who may not approve waits for nothing', async () => {
  const { called, notes, answer } = approving(early, []);
  await answer;
  expect([called[0], notes]).toEqual(['showDialog', ['Approve checkout/87?']]);
});

test('one that ends meanwhile is told with how it ended, and nothing is sent', async () => {
  const { called, answer, send } = approving(early);
  await send(snapshotOf([early]));
  await send(change('failed', failed));
  const error = await answer;
  expect(error).toBeInstanceOf(EndedMeanwhileError);
  expect((error as ApiProblemError).problem.detail).toBe(
    'checkout/87 failed before any region was touched: build: exit code 1',
  );
  expect([exitCodeOfError(error), called]).toEqual([5, ['showDeployment']]);
});

test('Ctrl-C ends the wait, and nothing is sent', async () => {
  const { called, interrupt, answer, send } = approving(early);
  await send(snapshotOf([early]));
  interrupt();
  expect(await answer).toEqual(new Error('interrupted'));
  expect(called).toEqual(['showDeployment']);
});

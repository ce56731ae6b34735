import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { HttpError } from '@oazapfts/runtime';
import type { Dialog } from '../client/api.ts';
import { orderFlow, type OrderParts } from './order-flow.ts';
import type { Order } from './orders.ts';
import { questionOf } from './question.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const pause: Order = { verb: 'pause', service: 'checkout', deployment: 87 };
const abort: Order = { ...pause, verb: 'abort' };
const lock: Order = { verb: 'lock', service: 'checkout' };
const deploy: Order = { verb: 'deploy', service: 'checkout' };
const dialogOf = ({ verb }: Order): Dialog => ({
  verb,
  object: 'checkout/87',
  title: `${verb}?`,
  lines: [],
  keep: 'Keep it',
  confirm: `${verb} it`,
  reason: 'optional',
  refused: null,
  digest: `sha256:${verb}`,
  idempotencyKey: `dialog-${verb}`,
  planDigest: null,
  readAt: '2026-11-25T12:00:00Z',
});
const refusal = (code: string, status = 409) =>
  new HttpError(status, { type: `x/${code}`, title: code, status, retryable: false }, new Headers());
const cut = new TypeError('Failed to fetch');
const never = <T>(): Promise<T> => new Promise(() => undefined);
const pass = (ms = 0): Promise<void> => jest.advanceTimersByTimeAsync(ms);

/** An api that answers as the test says, and remembers what it was sent. */
function given(parts: Partial<OrderParts> = {}) {
  const sent: {
    readonly verb: string;
    readonly key: string;
    readonly digest: string | undefined;
    readonly reason: string;
  }[] = [];
  const api = {
    readDialog: (order: Order, _signal: AbortSignal): Promise<Dialog> => Promise.resolve(dialogOf(order)),
    answer: (): Promise<string> => Promise.resolve('done'),
    ...parts,
  };
  let keys = 0;
  const flow = orderFlow({
    readDialog: (order, signal) => api.readDialog(order, signal),
    send({ verb }, { idempotencyKey: key, digest }, reason) {
      sent.push({ verb, key, digest, reason });
      return api.answer();
    },
    newKey: () => `random-${++keys}`,
    onAccepted: () => undefined,
  });
  return { flow, api, sent, phase: () => flow.state().asking.phase };
}

describe('pause', () => {
  test('is sent at once, and no dialog is read for it', async () => {
    const { flow, sent, phase } = given({ readDialog: never });
    flow.begin(pause);
    await pass();
    expect([sent, phase()]).toEqual([[{ verb: 'pause', key: 'random-1', digest: undefined, reason: '' }], 'accepted']);
  });

  test('pressed again after a cut connection is the same request; after an answer it is another one', async () => {
    const { flow, api, sent } = given({ readDialog: never });
    api.answer = () => Promise.reject(cut);
    flow.begin(pause);
    await pass();
    expect(flow.state().asking).toMatchObject({ phase: 'asking', isUncertain: true });
    api.answer = () => Promise.resolve('paused');
    flow.begin(pause);
    await pass();
    flow.begin(pause);
    await pass();
    expect(sent.map(({ key }) => key)).toEqual(['random-1', 'random-1', 'random-2']);
  });

  test('pressed twice before the answer is one request, too', async () => {
    const { flow, api, sent } = given();
    api.answer = never;
    flow.begin(pause);
    flow.begin(pause);
    await pass();
    expect(sent.map(({ key }) => key)).toEqual(['random-1', 'random-1']);
  });

  test('that is not offered any more is wondered about no longer, and is another one when it is offered again', async () => {
    const { flow, api, sent, phase } = given();
    api.answer = () => Promise.reject(cut);
    flow.begin(pause);
    await pass();
    flow.offer(['pause', 'abort']);
    expect(phase()).toBe('asking');
    flow.offer(['resume', 'abort']);
    expect(phase()).toBe('kept');
    flow.begin(pause);
    await pass();
    expect(sent.map(({ key }) => key)).toEqual(['random-1', 'random-2']);
  });
});

describe.each([
  ['abort', abort],
  ['lock', lock],
])('%s', (verb, order) => {
  test('is sent with what its dialog says', async () => {
    const { flow, sent, phase } = given();
    flow.begin(order);
    await pass();
    flow.confirm('INC-7');
    await pass();
    expect(sent).toEqual([{ verb, key: `dialog-${verb}`, digest: `sha256:${verb}`, reason: 'INC-7' }]);
    expect(phase()).toBe('accepted');
  });

  test.each([
    ['no connection', cut],
    ['a fault of the api', refusal('internal', 500)],
    ['a refusal', refusal('state-changed')],
  ])('is sent without its dialog where %s keeps that from being read', async (_, error) => {
    const { flow, sent, phase } = given({ readDialog: () => Promise.reject(error) });
    flow.begin(order);
    await pass();
    flow.confirm('INC-7');
    await pass();
    expect(sent).toEqual([{ verb, key: 'random-1', digest: undefined, reason: 'INC-7' }]);
    expect(phase()).toBe('accepted');
  });

  test('can be chosen after 2 s, however long its dialog takes, and pressed again with the same key', async () => {
    const { flow, api, sent } = given({ readDialog: never });
    api.answer = () => Promise.reject(refusal('unavailable', 503));
    flow.begin(order);
    await pass(1_999);
    expect(questionOf(order, flow.state().asking as never).confirm).toBeNull();
    await pass(1);
    expect(questionOf(order, flow.state().asking as never).confirm).toMatch(/all the same$/);
    flow.confirm('INC-7');
    await pass();
    expect(flow.state().asking).toMatchObject({ isUncertain: true });
    flow.confirm('INC-7');
    await pass();
    expect(sent.map(({ key }) => key)).toEqual(['random-1', 'random-1']);
  });

  test('stays as it was sent when its dialog comes late', async () => {
    let answer: (dialog: Dialog) => void = () => undefined;
    const { flow, api, sent } = given({ readDialog: () => new Promise((resolve) => (answer = resolve)) });
    api.answer = never;
    flow.begin(order);
    await pass(2_000);
    flow.confirm('');
    await pass(10_000);
    answer(dialogOf(order));
    await pass();
    flow.confirm('');
    expect(sent.map(({ key }) => key)).toEqual(['random-1', 'random-1']);
  });

  test('whose dialog is read once more can be chosen all the while', async () => {
    const { flow, api } = given({ readDialog: () => Promise.reject(cut) });
    flow.begin(order);
    await pass();
    api.readDialog = never;
    flow.readAgain();
    expect(questionOf(order, flow.state().asking as never).confirm).toMatch(/all the same$/);
  });
});

test('a question that hangs is given up for the next one, and when nobody waits for it any more', async () => {
  const signals: AbortSignal[] = [];
  const { flow } = given({ readDialog: (_, signal) => (signals.push(signal), never()) });
  const givenUp = (): boolean[] => signals.map(({ aborted }) => aborted);
  flow.begin(abort);
  flow.readAgain();
  flow.begin(deploy);
  expect(givenUp()).toEqual([true, true, false]);
  flow.keep();
  flow.begin(lock);
  await pass(2_000);
  flow.confirm('INC-7');
  expect(givenUp()).toEqual([true, true, true, true]);
  expect(flow.state().asking.phase).toBe('sending');
});

test('what lets things go on is never sent unread', async () => {
  const { flow, sent, phase } = given({ readDialog: () => Promise.reject(cut) });
  flow.begin(deploy);
  await pass(5_000);
  flow.confirm('');
  await pass();
  expect([sent, phase()]).toEqual([[], 'reading']);
});

test('what moved is read anew, and has to be chosen again', async () => {
  const { flow, api, sent } = given();
  flow.begin(deploy);
  await pass();
  api.answer = () => Promise.reject(refusal('state-changed'));
  api.readDialog = (order) => Promise.resolve({ ...dialogOf(order), title: 'another', digest: 'sha256:other' });
  flow.confirm('');
  await pass();
  expect(flow.state().asking).toMatchObject({ phase: 'asking', changed: ['title'] });
  expect(sent.length).toBe(1);
});

test('what moved and can not be read anew says so, and can be chosen once more', async () => {
  const { flow, api, sent } = given();
  flow.begin(deploy);
  await pass();
  api.answer = () => Promise.reject(refusal('state-changed'));
  api.readDialog = () => Promise.reject(cut);
  flow.confirm('');
  await pass();
  expect(flow.state().asking).toMatchObject({ phase: 'asking', problem: { title: 'state-changed' } });
  flow.confirm('');
  expect(sent.length).toBe(2);
});

test('what was accepted after its dialog was closed is told; what another order hears is nobody’s', async () => {
  let accept: (message: string) => void = () => undefined;
  const { flow, api, phase } = given();
  api.answer = () => new Promise((resolve) => (accept = resolve));
  flow.begin(abort);
  await pass();
  flow.confirm('');
  flow.keep();
  accept('aborted');
  await pass();
  expect(phase()).toBe('accepted');
  flow.begin(abort);
  await pass();
  flow.confirm('');
  flow.begin(deploy);
  accept('aborted');
  await pass();
  expect([phase(), flow.state().order]).toEqual(['asking', deploy]);
});

describe('a choice in a dialog', () => {
  test('is read anew, and till then what stood there stays and can not be agreed to', async () => {
    const { flow, api, sent } = given();
    flow.begin(deploy);
    await pass();
    const before = flow.state().asking;
    api.readDialog = never;
    flow.choose({ regions: ['ap-south'] });
    await pass();
    const { order, asking } = flow.state();
    expect(order).toEqual({ ...deploy, regions: ['ap-south'] });
    expect(asking).toMatchObject({ phase: 'reading', before: (before as { dialog: Dialog }).dialog });
    flow.confirm('');
    await pass();
    expect(sent).toEqual([]);
  });

  test('is what is sent, with the digest of what was shown for it, and is no change that came from elsewhere', async () => {
    const { flow, api, sent } = given();
    api.readDialog = (order) => Promise.resolve({ ...dialogOf(order), digest: `sha256:${order.to ?? 'before'}` });
    flow.begin({ verb: 'rollback', service: 'checkout' });
    await pass();
    flow.choose({ to: 409 });
    await pass();
    expect(flow.state().asking).toMatchObject({ phase: 'asking', changed: [] });
    flow.confirm('INC-7');
    await pass();
    expect(sent).toEqual([{ verb: 'rollback', key: 'dialog-rollback', digest: 'sha256:409', reason: 'INC-7' }]);
  });

  test('comes too late once it was sent', async () => {
    const { flow, api } = given();
    api.answer = never;
    flow.begin(deploy);
    await pass();
    flow.confirm('');
    flow.choose({ release: 5 });
    await pass();
    expect(flow.state().order).toEqual(deploy);
  });
});

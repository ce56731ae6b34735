import { expect, test } from '@jest/globals';
import { digest } from '../domain/names.ts';
import type { Dialog } from '../protocol/api/dialog.ts';
import { problemOf } from '../protocol/api/problems.ts';
import { ApiProblemError, type ApiClient } from './api-client.ts';
import { DialogUnreadError, sendAgreed, type DialogFlags, type DialogTarget } from './dialog.ts';
import type { Session } from './session.ts';
import { pipedSurroundings } from './surroundings.fixture.ts';

const abort: Dialog = {
  verb: 'abort',
  object: 'checkout/87',
  title: 'Abort checkout/87 and undo?',
  lines: [
    { label: 'What', text: '6,340 hosts go back @412 → @411 in 5 regions' },
    { label: 'After', text: 'the lane is locked' },
  ],
  keep: 'Keep it running',
  confirm: 'Abort and undo on 6,340 hosts',
  reason: 'optional',
  refused: null,
  digest: digest(`sha256:${'1'.repeat(64)}`),
  idempotencyKey: 'key-of-abort',
  planDigest: null,
  readAt: '2026-11-24T12:00:00.000Z',
};

const target: DialogTarget = { service: 'checkout', verb: 'abort' };

/** A person at a terminal who says these lines; `null`: nobody is there. */
function sitting(answers: readonly string[] | null, ...dialogs: readonly Dialog[]) {
  const notes: string[] = [];
  const asked: string[] = [];
  const left = [...(answers ?? [])];
  const shown = [...dialogs];
  const { around } = pipedSurroundings();
  const client = { call: async () => (shown.length > 1 ? shown.shift() : shown[0]) } as unknown as ApiClient;
  const session: Session = {
    client,
    output: {
      isJson: false,
      line: () => {},
      document: () => {},
      event: () => {},
      note: (text) => void notes.push(text),
      news: (text) => void notes.push(text),
    },
    terminal:
      answers === null
        ? null
        : {
            async ask(question) {
              asked.push(question);
              return left.shift() ?? null;
            },
            deafTo: (work) => work(),
          },
    around,
    interrupted: around.interrupted,
    introduce: async () => ({ person: 'ada', roles: [] }),
  };
  return { session, notes, asked };
}

const run = (session: Session, flags: DialogFlags = {}, about: DialogTarget = target) =>
  sendAgreed(session, about, flags, async ({ dialog, reason }) => ({ key: dialog.idempotencyKey, reason }));

test('the dialog is shown and asked once, and its key is sent', async () => {
  const { session, notes, asked } = sitting(['yes'], abort);
  expect(await run(session)).toEqual({ key: 'key-of-abort', reason: undefined });
  expect(notes).toEqual([
    'Abort checkout/87 and undo?',
    '   What   6,340 hosts go back @412 → @411 in 5 regions',
    '   After  the lane is locked',
  ]);
  expect(asked).toEqual(['Abort and undo on 6,340 hosts? Type yes, or Enter for "Keep it running": ']);
});

test.each([[''], ['no'], ['yess'], [null]])('anything but yes changes nothing: %j', async (answer) => {
  const { session } = sitting(answer === null ? [] : [answer], abort);
  await expect(run(session)).rejects.toThrow('not agreed to (Keep it running): nothing was changed');
});

test('where nobody can be asked it names the flag, and asks the api nothing', async () => {
  const { session, notes } = sitting(null);
  await expect(run(session)).rejects.toThrow(/give --yes/);
  expect(notes).toEqual([]);
});

test('with --yes it is shown, and nobody is asked', async () => {
  const { session, notes } = sitting(null, abort);
  expect(await run(session, { yes: true, reason: 'INC-7' })).toEqual({ key: 'key-of-abort', reason: 'INC-7' });
  expect(notes[0]).toBe('Abort checkout/87 and undo?');
});

test('a reason that is needed is asked for, and a script must give it', async () => {
  const reject: Dialog = { ...abort, verb: 'reject', reason: 'required' };
  expect(await run(sitting(['not today', 'y'], reject).session)).toMatchObject({ reason: 'not today' });
  await expect(run(sitting(['', 'y'], reject).session)).rejects.toThrow(/--reason/);
  const script = run(sitting(null, reject).session, { yes: true }, { ...target, needsReason: true });
  await expect(script).rejects.toThrow(/--reason/);
});

test('when the meaning moved it is shown again with the difference marked, and must be agreed to again', async () => {
  const moved: Dialog = {
    ...abort,
    idempotencyKey: 'key-of-moved',
    lines: [{ label: 'What', text: '1 host goes back @413 → @412 in 1 region' }, abort.lines[1]!],
  };
  const { session, notes, asked } = sitting(['y', 'y'], abort, moved);
  const sent: string[] = [];
  const answer = await sendAgreed(session, target, {}, async ({ dialog }) => {
    sent.push(dialog.idempotencyKey);
    if (sent.length === 1) throw new ApiProblemError(problemOf('state-changed', { detail: 'it was promoted' }));
    return 'done';
  });
  expect([answer, asked.length, sent]).toEqual(['done', 2, ['key-of-abort', 'key-of-moved']]);
  expect(notes.slice(-2)).toEqual([
    '*  What   1 host goes back @413 → @412 in 1 region',
    '   After  the lane is locked',
  ]);
});

test('a script is not asked again: that the state moved is its answer', async () => {
  const { session } = sitting(null, abort);
  const moved = new ApiProblemError(problemOf('state-changed', { detail: 'it was promoted' }));
  await expect(sendAgreed(session, target, { yes: true }, () => Promise.reject(moved))).rejects.toBe(moved);
});

test('what would be refused is not offered: the api gives the reason, or it ends here', async () => {
  const refused: Dialog = { ...abort, refused: 'it is being undone since 12:04 by mo' };
  const { session, asked } = sitting(['yes'], refused);
  expect(await run(session)).toMatchObject({ key: 'key-of-abort' });
  expect(asked).toEqual([]);
  await expect(run(session, {}, { ...target, unbound: true })).rejects.toThrow(/being undone since 12:04 by mo/);
});

test('what is refused is sent once, and never again by itself', async () => {
  const { session, asked } = sitting(['yes'], { ...abort, refused: 'it is over' });
  const moved = new ApiProblemError(problemOf('state-changed', { detail: 'it is over' }));
  let sent = 0;
  const sending = sendAgreed(session, target, {}, async () => {
    sent += 1;
    throw sent === 1 ? moved : new Error('sent again');
  });
  await expect(sending).rejects.toBe(moved);
  expect([sent, asked]).toEqual([1, []]);
});

test('of what only stops things it is told apart that the dialog could not be read', async () => {
  const fault = new ApiProblemError({ type: 'about:blank', title: 'broken', status: 500, retryable: false });
  const { session } = sitting(null, abort);
  const broken = { ...session, client: { call: () => Promise.reject(fault) } as unknown as ApiClient };
  await expect(run(broken, { yes: true }, { ...target, unbound: true })).rejects.toThrow(DialogUnreadError);
  await expect(run(broken, { yes: true })).rejects.toBe(fault);
});

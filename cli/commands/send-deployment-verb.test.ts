import { describe, expect, test } from '@jest/globals';
import { deploymentNumber, digest, serviceName } from '../../domain/names.ts';
import type { ApiClient } from '../api-client.ts';
import type { Session } from '../session.ts';
import { pipedSurroundings } from '../surroundings.fixture.ts';
import type { Target, VerbFlags } from './deployment-call.ts';
import { abort, breakGlass, endUndo } from './send-deployment-verb.ts';

const target: Target = { kind: 'deployment', service: serviceName('checkout'), deployment: deploymentNumber(87) };
const dialog = {
  title: 'Abort checkout/87 and leave hosts where they are?',
  lines: [{ label: 'What', text: '8 hosts stay on @412; no other switches.' }],
  reason: 'optional',
  refused: null,
  digest: digest(`sha256:${'1'.repeat(64)}`),
  idempotencyKey: 'key',
};

/** Of a script: nobody is at its terminal. */
function scripted() {
  const notes: string[] = [];
  const calls: { name: string; call: object }[] = [];
  const { around } = pipedSurroundings();
  const note = (text: string) => void notes.push(text);
  const session: Session = {
    client: {
      call: async (name: string, call: object) => {
        calls.push({ name, call });
        return name === 'showDialog' ? dialog : { deployment: 'checkout/87', message: 'is being held' };
      },
    } as unknown as ApiClient,
    output: { isJson: false, line: note, document: () => {}, event: () => {}, note, news: note },
    terminal: null,
    around,
    interrupted: around.interrupted,
    introduce: async () => ({ person: 'ada', roles: [] }),
  };
  return { session, notes, calls };
}

test('abort --hold shows the dialog of a hold, and nothing of an undo', async () => {
  const { session, notes, calls } = scripted();
  await abort(session, target, { yes: true, hold: true });
  expect(calls).toMatchObject([
    { name: 'showDialog', call: { query: { verb: 'abort', deployment: 87, hold: true } } },
    { name: 'abort', call: { body: { hold: true }, idempotencyKey: 'key' } },
  ]);
  expect(notes).toEqual([dialog.title, expect.stringContaining('8 hosts stay on @412')]);
});

describe('a script is told at once all that it has left out', () => {
  const look = 'nobody can be asked here: look (slipway show checkout/87), then give';
  test.each<[string, typeof endUndo, VerbFlags, string]>([
    ['end-undo', endUndo, {}, `${look} --confirm checkout --yes to agree`],
    ['end-undo --yes', endUndo, { yes: true }, `${look} --confirm checkout to agree`],
    ['end-undo --confirm', endUndo, { confirm: 'checkout' }, `${look} --yes to agree`],
    ['break-glass', breakGlass, {}, `${look} --reason <text> --incident <link> --confirm checkout --yes to agree`],
    [
      'break-glass --reason --yes',
      breakGlass,
      { reason: 'down', yes: true },
      `${look} --incident <link> --confirm checkout to agree`,
    ],
  ])('%s', async (_, verb, flags, message) => {
    const { session, calls } = scripted();
    await expect(verb(session, target, flags)).rejects.toThrow(message);
    expect(calls).toEqual([]);
  });
});

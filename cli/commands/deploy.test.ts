import { expect, test } from '@jest/globals';
import { digest, regionName, releaseNumber } from '../../domain/names.ts';
import type { Service } from '../../protocol/api/service.ts';
import { problemOf } from '../../protocol/api/problems.ts';
import { ApiProblemError, type ApiClient } from '../api-client.ts';
import { createProgram } from '../program.ts';
import type { Session } from '../session.ts';
import { service } from '../shown.fixture.ts';
import { pipedSurroundings } from '../surroundings.fixture.ts';
import type { CarryOut } from './command.ts';

const planned = digest(`sha256:${'1'.repeat(64)}`);
const other = digest(`sha256:${'2'.repeat(64)}`);

/** Gives the command before an api that shows this, and answers what was printed. @throws what the command throws */
async function given(line: string, shown: Service, answered: object = {}): Promise<{ lines: string[]; sent: boolean }> {
  const { lines, calls } = await asked(line, shown, { answered });
  return { lines, sent: calls.some(({ name }) => name === 'deploy') };
}

interface Call {
  readonly name: string;
  readonly path?: object;
  readonly query?: object;
  readonly body?: { readonly release?: number; readonly regions?: readonly string[] };
}

interface Scene {
  /** By the api, beside what it always says. */
  readonly answered?: object;
  readonly dialog?: object;
  /** What a person answers to every question; nobody is there if left out. */
  readonly says?: string | null;
  readonly calls?: Call[];
  /** What a deploy is refused with. */
  readonly refused?: Error;
}

/** The same, with the calls of the api. */
async function asked(
  line: string,
  shown: Service,
  { answered = {}, dialog = {}, says = null, calls = [], refused }: Scene = {},
): Promise<{ lines: string[]; calls: readonly Call[] }> {
  const lines: string[] = [];
  const answers: Readonly<Record<string, () => object>> = {
    showRelease: () => ({
      release: 'checkout@412',
      service: 'checkout',
      number: releaseNumber(412),
      state: 'admitted',
    }),
    showService: () => shown,
    showPlan: () => ({ digest: planned }),
    deploy() {
      if (refused !== undefined) throw refused;
      return { deployment: 'checkout/88', number: 88, repeated: false, ahead: 1, lock: null, ...answered };
    },
    showDialog: () => dialog,
    hotfix: () => ({ deployment: 'checkout/88', number: 88, repeated: false, active: null, lock: null }),
  };
  const { around } = pipedSurroundings();
  const session: Session = {
    client: {
      call: async (name: string, call: object) => {
        calls.push({ name, ...call });
        return answers[name]!();
      },
    } as unknown as ApiClient,
    output: {
      isJson: false,
      line: (text) => void lines.push(text),
      document: () => {},
      event: () => {},
      note: () => {},
      news: () => {},
    },
    terminal: says === null ? null : { ask: async () => says, deafTo: (work) => work() },
    around,
    interrupted: around.interrupted,
    introduce: async () => ({ person: 'ada', roles: [] }),
  };
  const carryOut: CarryOut = Object.assign(async (...[, act]: Parameters<CarryOut>) => void (await act(session)), {
    here: async () => {},
  });
  await createProgram(carryOut).parseAsync(line.split(' '), { from: 'user' });
  return { lines, calls };
}

const deploying = (change: Partial<NonNullable<Service['active']>>): Service => ({
  ...service,
  active: { ...service.active!, ...change },
});
const undoing = deploying({ state: 'undoing', reason: 'of 1 host 1 failed, 0 allowed' });

test('a release that is on its way is found, and said to be where it is', async () => {
  expect(await given('deploy checkout@412', deploying({ waiting: 'paused by ada' }))).toEqual({
    sent: false,
    lines: [
      'accepted   checkout/87: checkout@412, asked for before',
      'in effect  now: it is under way, rolling world: paused by ada',
      'next       slipway watch checkout/87',
    ],
  });
});

test('a lock does not keep what is on its way', async () => {
  const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T11:00:00.000Z' };
  const { lines } = await given('deploy checkout@412', { ...service, lane: { ...service.lane, lock } });
  expect(lines[1]).toBe('in effect  now: it is under way, rolling world');
});

test('the plan that was shown is held to also when the release is on its way', async () => {
  expect((await given(`deploy checkout@412 --plan ${planned}`, service)).lines[0]).toContain('asked for before');
  const refused = given(`deploy checkout@412 --plan ${other}`, service);
  await expect(refused).rejects.toThrow(`the plan is now ${planned}`);
  await expect(refused).rejects.toBeInstanceOf(ApiProblemError);
});

test('a release that is being undone is not on its way: nothing starts, and what to do is said', async () => {
  const problem = await given('deploy checkout@412', undoing).catch((error: unknown) => error as ApiProblemError);
  expect(problem).toMatchObject({
    problem: {
      type: expect.stringMatching(/\/refused$/),
      detail: 'checkout/87 brought checkout@412 and is being undone; nothing was started',
      next: 'Follow it: slipway watch checkout/87    Once it is over: slipway deploy checkout@412',
    },
  });
});

test('who is refused because of a freeze is told the commands that help', async () => {
  const refused = new ApiProblemError(problemOf('frozen', { detail: 'checkout: frozen since noon' }));
  const free = { ...service, active: null, lane: { ...service.lane, active: null } };
  const problem = await asked('deploy checkout@412', free, { refused }).catch((error: unknown) => error);
  expect(problem).toMatchObject({
    problem: {
      next: 'See who, and until when: slipway fleet    Wait until it is over: slipway deploy checkout@412 --queue    In an emergency, as a release-owner: slipway deploy checkout@412 --hotfix --reason …',
    },
  });
});

test('it can be asked for anew behind its undo, and is found there', async () => {
  const behind = { ...service.lane.active!, deployment: 'checkout/88', number: service.lane.active!.number + 1 };
  const queued = { ...undoing, lane: { ...undoing.lane, queue: [behind as typeof service.lane.active & object] } };
  expect((await given('deploy checkout@412', queued)).lines.slice(0, 2)).toEqual([
    'accepted   checkout/88: checkout@412, asked for before',
    'in effect  after checkout/87',
  ]);
});

test('another way of deploying it is asked for, not found', async () => {
  expect((await given('deploy checkout@412 --roll-forward', undoing)).sent).toBe(true);
});

test('some of the regions are asked for by name, also when the release is on its way to all of them', async () => {
  const { calls } = await asked('deploy checkout@412 --regions ap-south,sa-east', service);
  expect(calls.at(-1)).toMatchObject({ name: 'deploy', body: { release: 412, regions: ['ap-south', 'sa-east'] } });
  await expect(given('deploy checkout@412 --regions Moon!', service)).rejects.toThrow('should be the name of a region');
});

test('what goes to some of the regions is on its way there only', async () => {
  const active = { ...service.lane.active!, regions: ['ap-south', 'eu-west'].map(regionName) };
  const limited = { ...service, lane: { ...service.lane, active } };
  expect((await given('deploy checkout@412', limited)).sent).toBe(true);
  expect((await given('deploy checkout@412 --regions eu-west', limited)).sent).toBe(true);
  const again = await given('deploy checkout@412 --regions eu-west,ap-south', limited);
  expect([again.sent, again.lines[0]]).toEqual([false, 'accepted   checkout/87: checkout@412, asked for before']);
});

test('who deploys is told what has ended because of it', async () => {
  const free = { ...service, lane: { ...service.lane, active: null } };
  expect((await given('deploy checkout@412', free, { superseded: ['checkout/85', 'checkout/86'] })).lines).toEqual([
    'accepted   checkout/88: checkout@412',
    'superseded checkout/85, checkout/86, which waited',
    expect.stringMatching(/^in effect {2}/),
    'next       slipway watch checkout/88',
  ]);
});

test('a hotfix of what was taken back is shown and asked for as such, and nothing happens before that', async () => {
  const dialog = { title: 'Have it go first?', lines: [], keep: 'No', confirm: 'Yes', refused: null, digest: planned };
  const line = 'deploy checkout@411 --hotfix --although-reverted --reason INC-7';
  const ask = async (says: string) => {
    const calls: Call[] = [];
    const answer = await asked(line, service, { dialog, says, calls }).catch((error: unknown) => error as Error);
    return { answer, sent: calls.find(({ name }) => name === 'hotfix')?.body, shown: calls[0] };
  };
  const no = await ask('no');
  expect([no.sent, no.answer]).toEqual([
    undefined,
    expect.objectContaining({ message: expect.stringContaining('not agreed') }),
  ]);
  expect(no.shown).toMatchObject({ name: 'showDialog', query: { hotfix: 'undo', althoughReverted: true } });
  expect((await ask('yes')).sent).toMatchObject({ althoughReverted: true, dialog: planned });
});

test('what runs is asked for without its number', async () => {
  const { calls } = await asked('deploy checkout@current --regions ap-south', service);
  expect(calls.find(({ name }) => name === 'showRelease')?.path).toEqual({
    service: 'checkout',
    release: service.currentRelease,
  });
  const fresh = given('deploy checkout@current', { ...service, currentRelease: null });
  await expect(fresh).rejects.toThrow('checkout runs nothing yet');
});

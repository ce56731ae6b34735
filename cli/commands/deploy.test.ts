import { expect, test } from '@jest/globals';
import { digest, releaseNumber } from '../../domain/names.ts';
import type { Service } from '../../protocol/api/service.ts';
import { ApiProblemError, type ApiClient } from '../api-client.ts';
import { createProgram } from '../program.ts';
import type { Session } from '../session.ts';
import { service } from '../shown.fixture.ts';
import { pipedSurroundings } from '../surroundings.fixture.ts';
import type { CarryOut } from './command.ts';

const planned = digest(`sha256:${'1'.repeat(64)}`);
const other = digest(`sha256:${'2'.repeat(64)}`);

/** Gives the command before an api that shows this, and answers what was printed. @throws what the command throws */
async function given(line: string, shown: Service): Promise<{ lines: string[]; sent: boolean }> {
  const { lines, calls } = await asked(line, shown);
  return { lines, sent: calls.some(({ name }) => name === 'deploy') };
}

interface Call {
  readonly name: string;
  readonly path?: object;
  readonly body?: { readonly release?: number; readonly regions?: readonly string[] };
}

/** The same, with the calls of the api. */
async function asked(line: string, shown: Service): Promise<{ lines: string[]; calls: readonly Call[] }> {
  const lines: string[] = [];
  const calls: Call[] = [];
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
      return { deployment: 'checkout/88', number: 88, repeated: false, ahead: 1, lock: null };
    },
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
    terminal: null,
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

test('what runs is asked for without its number', async () => {
  const { calls } = await asked('deploy checkout@current --regions ap-south', service);
  expect(calls.find(({ name }) => name === 'showRelease')?.path).toEqual({
    service: 'checkout',
    release: service.currentRelease,
  });
  const fresh = given('deploy checkout@current', { ...service, currentRelease: null });
  await expect(fresh).rejects.toThrow('checkout runs nothing yet');
});

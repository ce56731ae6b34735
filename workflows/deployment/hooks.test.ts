import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Hook, Hooks } from '../../domain/hook/hook.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { createGate } from '../../test/workflow-world/gate.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { ap, eu, eventsOf, hash, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, endUndoUpdate, pauseUpdate, resumeUpdate, statusQuery } from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const undoIt = { by: 'ada', reason: 'it smells', hold: false };
const hook = (name: string, more: Partial<Hook> = {}): Hook => ({
  run: `+${name}`,
  undo: `-${name}`,
  timeoutMs: 60_000,
  mayStay: false,
  destructive: false,
  ...more,
});
const none = { before: [], after: [] };
const everywhere: Hooks = {
  before: [hook('a'), hook('b')],
  after: [hook('z')],
  region: { before: [hook('in')], after: [hook('out')] },
};

function serviceWith(name: string, hooks: Hooks, more: Partial<ServiceWorld['plan']> = {}): ServiceWorld {
  const service = world.service(name);
  service.plan = { ...twoStages, hooks, ...more };
  return service;
}

/** From this command on it fails, as the function says. */
const failing = (service: ServiceWorld, ...commands: readonly string[]) => {
  service.hook = ({ command }) =>
    commands.includes(command)
      ? { outcome: 'failed', reason: 'exit code 1', log: { ...log, tail: 'no such table\n' } }
      : { outcome: 'passed', reason: 'passed', log };
};
const log = { digest: hash('d'), sizeBytes: 4, truncated: false, tail: 'done' };

const begun = ({ hooksRan }: ServiceWorld) => hooksRan.filter((id) => !id.endsWith(' ended'));
const undos = (service: ServiceWorld) => begun(service).filter((id) => id.startsWith('-'));
const gateAt = (service: ServiceWorld, id: string) => {
  const gate = createGate();
  service.hookGates.set(id, gate);
  return gate;
};

describe('hooks of a good deployment', () => {
  test('run in their places: before all regions, around each of them, and after all', async () => {
    const service = serviceWith('hooks-good', everywhere);
    const { enter } = service.regions[eu]!;
    service.regions[eu]!.enter = (id) => {
      service.hooksRan.push(`eu ${id}`);
      return enter(id);
    };
    expect(await (await world.deploy(service)).result()).toMatchObject({ outcome: 'succeeded' });
    const ran = begun(service).filter((id) => !id.endsWith(us) && !id.endsWith(ap));
    const steps = ['begin', 'advance:1', 'watch:1', 'advance:2', 'watch:2'].map((step) => `eu ${step}`);
    expect(ran).toEqual(['eu copy', '+a', '+b', `+in ${eu}`, ...steps, `+out ${eu}`, '+z', 'eu finish']);
    expect(begun(service).indexOf(`+out ${eu}`)).toBeLessThan(begun(service).indexOf(`+in ${us}`));
    expect(service.finished[0]).not.toHaveProperty('notUndone');
  });

  test('do not run before the first regions have the release, nor while it is paused', async () => {
    const service = serviceWith('hooks-wait', { before: [hook('a'), hook('b')], after: [], region: none });
    const copy = service.regions[eu]!.gate('copy');
    const first = gateAt(service, '+a');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('waits-for-copy'));
    expect(begun(service)).toEqual([]);
    copy.open();
    await until(() => first.waiting() > 0);
    expect((await handle.query(statusQuery)).waiting).toMatch(/^runs "\+a" \(hooks.before\[0\]\), since /);
    await handle.executeUpdate(pauseUpdate, { args: [{ by: 'ada', reason: '' }] });
    first.open();
    await until(() => eventsOf(service).includes('hook-ended'));
    expect((await handle.query(statusQuery)).waiting).toMatch(/^paused since/);
    expect(begun(service)).toEqual(['+a']);
    await handle.executeUpdate(resumeUpdate, { args: [{ token: 'resume:mo' }] });
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(begun(service)).toEqual(['+a', '+b']);
  });

  test('are told what ran before, and each is recorded', async () => {
    const service = serviceWith('hooks-told', { before: [hook('a')], after: [], region: none });
    const calls: unknown[] = [];
    service.hook = (call) => {
      calls.push(call);
      return { outcome: 'passed', reason: 'passed', log };
    };
    await (await world.deploy(service)).result();
    expect(calls).toMatchObject([
      { release: 1, previousRelease: null, deployment: 1, moment: 'before', region: null, index: 0, does: 'run' },
    ]);
    const recorded = service.progress.flatMap(({ event, hook: change }) =>
      change ? [[event, change.state, change.log]] : [],
    );
    expect(recorded).toEqual([
      ['hook-started', 'begun', null],
      ['hook-ended', 'ran', log],
    ]);
  });
});

describe('a hook that fails', () => {
  test.each<[string, string, readonly string[], string]>([
    ['the first', '+a', ['-a'], 'no region'],
    ['the second', '+b', ['-b', '-a'], 'no region'],
    ['one before a region', '+in', [`-in ${eu}`, '-b', '-a'], 'no region'],
    ['one after a region', '+out', [`-out ${eu}`, `-in ${eu}`, '-b', '-a'], 'eu'],
    ['one after all', '+z', ['-z', '-b', '-a'], 'all'],
  ])('%s undoes what may have run, newest first, and regions before it', async (which, command, undone, where) => {
    const service = serviceWith(`hooks-fail-${which.replaceAll(' ', '-')}`, everywhere);
    failing(service, command);
    const result = await (await world.deploy(service)).result();
    expect(result.outcome).toBe('undone');
    expect(result.reason).toMatch(/^hook "\+\w+" \(hooks\..*\) failed: exit code 1; its last words: no such table$/);
    const here = undos(service).filter((id) => !id.endsWith(us) && !id.endsWith(ap));
    expect(here.filter((id) => where !== 'all' || !id.endsWith(eu))).toEqual(undone);
    const modes = [eu, us, ap].map((region) => service.regions[region]?.row?.mode ?? null);
    const undo = 'undo';
    expect(modes).toEqual({ 'no region': [null, null, null], eu: [undo, null, null], all: [undo, undo, undo] }[where]);
    expect(service.finished[0]?.lock?.reason).toContain('was undone: hook "');
  });

  test('before it was started has nothing to undo', async () => {
    const service = serviceWith('hooks-not-run', { before: [hook('a'), hook('b')], after: [], region: none });
    service.hook = ({ command }) =>
      command === '+b'
        ? { outcome: 'failed', reason: "the repository can't be reached", log: null, notRun: true }
        : { outcome: 'passed', reason: 'passed', log };
    expect((await (await world.deploy(service)).result()).outcome).toBe('undone');
    expect(undos(service)).toEqual(['-a']);
  });

  test('as the very first, before it was started, leaves nothing behind: it just failed', async () => {
    const service = serviceWith('hooks-none-run', { before: [hook('a')], after: [], region: none });
    service.hook = () => ({ outcome: 'failed', reason: 'no such commit', log: null, notRun: true });
    expect((await (await world.deploy(service)).result()).outcome).toBe('failed');
    expect(service.finished[0]?.lock).toBeNull();
  });
});

describe('an undo of hooks', () => {
  test('begins when all regions are undone, and no sooner', async () => {
    const service = serviceWith('hooks-barrier', everywhere);
    service.regions[us]!.judge = (batch) => (batch === 1 ? 'stop' : 'advance');
    const undo = service.regions[ap]!.gate('watch-undo');
    const handle = await world.deploy(service);
    await until(
      () => undo.waiting() > 0 && undos(service).includes(`-in ${eu}`) && undos(service).includes(`-in ${us}`),
    );
    expect(undos(service)).not.toContain('-b');
    expect(undos(service)).not.toContain(`-in ${ap}`);
    undo.open();
    expect((await handle.result()).outcome).toBe('undone');
    expect(undos(service).slice(-3)).toEqual([`-in ${ap}`, '-b', '-a']);
  });

  test('never runs beside its hook: one that was told to stop has ended first', async () => {
    const service = serviceWith('hooks-cancelled', { before: [hook('a')], after: [], region: none });
    const gate = gateAt(service, '+a');
    const handle = await world.deploy(service);
    await until(() => gate.waiting() > 0);
    await handle.executeUpdate(abortUpdate, { args: [undoIt] });
    expect(await handle.result()).toEqual({ outcome: 'undone', reason: 'aborted by ada: it smells', pending: [] });
    expect(service.hooksRan).toEqual(['+a', '+a ended', '-a', '-a ended']);
  });

  test('leaves what may stay, and goes on past it', async () => {
    const stays = hook('b', { undo: null, mayStay: true });
    const service = serviceWith('hooks-stay', { before: [hook('a'), stays], after: [], region: none });
    service.regions[eu]!.judge = () => 'stop';
    expect((await (await world.deploy(service)).result()).outcome).toBe('undone');
    expect(undos(service)).toEqual(['-a']);
    expect(eventsOf(service)).toContain('hook-stays');
  });

  test('that fails three times is left to a person: failed, locked, and all that is left is said', async () => {
    const service = serviceWith('hooks-stuck', { before: [hook('a'), hook('b')], after: [], region: none });
    service.plan = { ...service.plan, rollback: { automatic: true, lockAfter: false } };
    service.regions[eu]!.judge = () => 'stop';
    failing(service, '-b');
    const result = await (await world.deploy(service)).result();
    expect(undos(service)).toEqual(['-b', '-b', '-b']);
    expect(result.outcome).toBe('failed');
    expect(result.reason).toBe(
      'eu-west: /healthz answered 500; not undone: "+a" (hooks.before[0]): not tried, as hooks.before[1] is not undone; "+b" (hooks.before[1]): exit code 1; its last words: no such table',
    );
    expect(service.finished[0]).toMatchObject({
      outcome: 'failed',
      regions: [{ region: eu, outcome: 'undone' }],
      notUndone: [
        { what: 'hook', name: 'hooks.before[0]', left: '+a', undo: '-a' },
        { what: 'hook', name: 'hooks.before[1]', left: '+b', undo: '-b' },
      ],
    });
    expect(service.finished[0]?.lock?.reason).toContain('is not undone: "+a"');
  });

  test('that succeeds at last is one', async () => {
    const service = serviceWith('hooks-again', { before: [hook('a')], after: [], region: none });
    service.regions[eu]!.judge = () => 'stop';
    service.hook = ({ command }) =>
      command === '-a' && undos(service).length < 3
        ? { outcome: 'failed', reason: 'exit code 1', log }
        : { outcome: 'passed', reason: 'passed', log };
    expect((await (await world.deploy(service)).result()).outcome).toBe('undone');
    expect(undos(service)).toEqual(['-a', '-a', '-a']);
    expect(eventsOf(service).filter((event) => event === 'hook-undo-failed')).toHaveLength(2);
  });

  test('of a step without one is none: what stands before it stays too', async () => {
    const service = serviceWith('hooks-no-undo', {
      before: [hook('a'), hook('b', { undo: null }), hook('c')],
      after: [],
      region: none,
    });
    service.regions[eu]!.judge = () => 'stop';
    expect((await (await world.deploy(service)).result()).outcome).toBe('failed');
    expect(undos(service)).toEqual(['-c']);
    expect(service.finished[0]?.notUndone).toMatchObject([
      { name: 'hooks.before[0]', why: 'not tried, as hooks.before[1] is not undone' },
      { name: 'hooks.before[1]', why: 'it has no undo' },
    ]);
  });
});

describe('an undo that loses data', () => {
  const lossy: Hooks = { before: [hook('a'), hook('b', { destructive: true })], after: [], region: none };

  async function asked(name: string) {
    const service = serviceWith(name, lossy);
    service.regions[eu]!.judge = () => 'stop';
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('decision-wanted'));
    expect(service.regions[eu]?.row?.mode).toBe('undo');
    expect(undos(service)).toEqual([]);
    expect((await handle.query(statusQuery)).waiting).toMatch(/^waits since .* for a person: "-b" would lose data/);
    return { service, handle };
  }

  test('runs when a person says so, after the hosts are back', async () => {
    const { service, handle } = await asked('hooks-lose');
    const answer = await handle.executeUpdate(resumeUpdate, { args: [{ token: 'resume:mo' }] });
    expect(answer).toEqual({ accepted: true, message: 'mo lets "-b" run, which loses data' });
    expect((await handle.result()).outcome).toBe('undone');
    expect(undos(service)).toEqual(['-b', '-a']);
  });

  test('does not run by a token that was got before it was asked', async () => {
    const { service, handle } = await asked('hooks-early-token');
    for (const wait of ['pause since 2026-01-01T00:00:00.000Z', 'undo of regions'])
      expect(await handle.executeUpdate(resumeUpdate, { args: [{ token: `resume:mo::::${wait}` }] })).toEqual({
        accepted: false,
        message: 'the approval token is for another wait',
      });
    expect(undos(service)).toEqual([]);
    const { waits } = await handle.query(statusQuery);
    expect(waits?.resume).toMatch(/^loss of data since /);
    await handle.executeUpdate(resumeUpdate, { args: [{ token: `resume:mo::::${waits?.resume}` }] });
    expect((await handle.result()).outcome).toBe('undone');
  });

  test('does not run when a person ends the undo', async () => {
    const { service, handle } = await asked('hooks-keep');
    await handle.executeUpdate(endUndoUpdate, { args: [{ token: 'end-undo:mo' }] });
    expect((await handle.result()).outcome).toBe('failed');
    expect(undos(service)).toEqual([]);
    expect(service.finished[0]?.notUndone).toMatchObject([
      { left: '+a' },
      { why: 'its undo loses data, and mo said not to run it' },
    ]);
  });

  test('is asked about also where a person has aborted', async () => {
    const service = serviceWith('hooks-lose-aborted', lossy);
    service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('batch-advanced'));
    await handle.executeUpdate(abortUpdate, { args: [undoIt] });
    await until(() => eventsOf(service).includes('decision-wanted'));
    await handle.executeUpdate(resumeUpdate, { args: [{ token: 'resume:mo' }] });
    expect((await handle.result()).outcome).toBe('undone');
  });
});

describe('a release that the one before cannot follow', () => {
  test('is not undone by itself: a person decides', async () => {
    const service = serviceWith('incompatible', { ...none, region: none }, { compatibleWith: 'none' });
    service.regions[eu]!.judge = () => 'stop';
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('decision-wanted'));
    expect(service.progress.find(({ event }) => event === 'decision-wanted')?.message).toBe(
      'eu-west: /healthz answered 500; the release before cannot run after it (compatibleWith: none); a person decides between undo and hold',
    );
    await until(() => service.regions[eu]?.row?.mode === 'hold');
    await handle.executeUpdate(abortUpdate, { args: [undoIt] });
    expect((await handle.result()).outcome).toBe('undone');
  });

  test('is undone by itself where its hooks take that back', async () => {
    const service = serviceWith(
      'brought-back',
      { before: [hook('a')], after: [], region: none },
      { compatibleWith: 'none' },
    );
    service.regions[eu]!.judge = () => 'stop';
    expect((await (await world.deploy(service)).result()).outcome).toBe('undone');
    expect(undos(service)).toEqual(['-a']);
  });

  test('whose hook failed before any host has switched has its hooks undone', async () => {
    const hooks = {
      before: [hook('a', { destructive: false }), hook('b', { undo: null, mayStay: true })],
      after: [],
      region: none,
    };
    const service = serviceWith('incompatible-hook', hooks, { compatibleWith: 'none' });
    failing(service, '+b');
    expect((await (await world.deploy(service)).result()).outcome).toBe('undone');
    expect(undos(service)).toEqual(['-a']);
  });
});

test('an abort with hold leaves what hooks did, and ends after a hook that still ran', async () => {
  const service = serviceWith('hooks-hold', { before: [hook('a')], after: [], region: none });
  const gate = gateAt(service, '+a');
  const handle = await world.deploy(service);
  await until(() => gate.waiting() > 0);
  await handle.executeUpdate(abortUpdate, { args: [{ ...undoIt, hold: true }] });
  expect((await handle.result()).outcome).toBe('cancelled');
  expect(service.hooksRan).toEqual(['+a', '+a ended']);
});

test('a person gives up an undo that does not end', async () => {
  const service = serviceWith('hooks-end-undo', { before: [hook('a'), hook('b')], after: [], region: none });
  service.regions[eu]!.judge = () => 'stop';
  const gate = gateAt(service, '-b');
  const handle = await world.deploy(service);
  await until(() => gate.waiting() > 0);
  expect((await handle.query(statusQuery)).waiting).toMatch(/^undoes "\+b" \(hooks.before\[1\]\) with "-b", since /);
  const answer = await handle.executeUpdate(endUndoUpdate, { args: [{ token: 'end-undo:mo' }] });
  expect(answer.message).toBe('mo ended the undo: hooks not undone yet are left to people');
  expect((await handle.result()).outcome).toBe('failed');
  expect(service.hooksRan).toEqual(['+a', '+a ended', '+b', '+b ended', '-b', '-b ended']);
  expect(service.finished[0]?.notUndone).toMatchObject([{ left: '+a' }, { left: '+b', why: 'mo ended the undo' }]);
});

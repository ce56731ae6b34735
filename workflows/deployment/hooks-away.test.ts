import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Hook, Hooks } from '../../domain/hook/hook.ts';
import { deploymentNumber } from '../../domain/names.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { wasStarted } from '../../test/workflow-world/opened-lane.ts';
import { benignFault, terminalFault } from '../../test/workflow-world/region-world.ts';
import { eu, eventsOf, twoStages, us, type ServiceWorld } from '../../test/workflow-world/service-world.ts';
import type { recovery as recover } from '../index.ts';
import { endUndoUpdate, statusQuery } from '../messages/deployment.ts';
import { recoveryStart } from '../messages/recovery.ts';

// A server for each test: see unreachable.test.ts.
let world: WorkflowWorld;
beforeEach(async () => {
  world = await createWorkflowWorld();
});
afterEach(() => world.close());

const migrate: Hook = { run: '+db', undo: '-db', timeoutMs: 60_000, mayStay: false, destructive: false };
const none = { before: [], after: [] };
const global: Hooks = { before: [migrate], after: [], region: none };

const undos = ({ hooksRan }: ServiceWorld) =>
  hooksRan.filter((id) => /^-\w+( [\w-]+)?$/.test(id) && !id.endsWith(' ended'));

describe('a region that does not answer its undo', () => {
  /** us-east is bad, eu-west has gone dark after it was good. */
  async function waiting(name: string) {
    const service = world.service(name);
    service.plan = { ...twoStages, hooks: global, undoDeadlineMs: 30_000 };
    const [dark, bad] = [service.regions[eu]!, service.regions[us]!];
    const { enter } = dark;
    let isDark = false;
    dark.enter = (id) => (isDark ? Promise.reject(benignFault('dark')) : enter(id));
    bad.judge = () => {
      isDark = true;
      return 'stop';
    };
    const handle = await world.deploy(service);
    await until(async () => {
      await world.env.sleep('5s');
      return eventsOf(service).includes('undo-late');
    });
    const { waiting: wait } = await handle.query(statusQuery);
    expect(wait).toBe(
      'waits until eu-west is undone, and then runs "-db"; goes on when it answers, or when a person ends the undo',
    );
    // Long past the time after which a region owes its undo otherwise; it is asked again every two seconds meanwhile.
    await world.env.sleep('3m');
    expect(undos(service)).toEqual([]);
    expect(service.finished).toEqual([]);
    return { service, handle, returns: () => (isDark = false) };
  }

  test('keeps what hooks did from being undone until it does', async () => {
    const { service, handle, returns } = await waiting('hooks-dark');
    returns();
    expect(await handle.result()).toMatchObject({ outcome: 'undone', pending: [] });
    expect(undos(service)).toEqual(['-db']);
    expect(service.obligations).toEqual([]);
  });

  test('is left to be undone later when a person ends the undo, and hooks are undone without it', async () => {
    const { service, handle } = await waiting('hooks-dark-ended');
    const answer = await handle.executeUpdate(endUndoUpdate, { args: [{ token: 'end-undo:mo' }] });
    expect(answer.message).toBe('mo ended the undo: regions not undone yet owe it');
    expect(await handle.result()).toMatchObject({ outcome: 'undone', pending: [eu] });
    expect(undos(service)).toEqual(['-db']);
    expect(service.obligations).toMatchObject([{ region: eu, kind: 'undo', reason: 'mo ended the undo' }]);
  });
});

test('an undo that its region refuses is asked for again half a minute later, while undos of hooks wait for it', async () => {
  const service = world.service('undo-refused');
  service.plan = { ...twoStages, hooks: global };
  const region = service.regions[eu]!;
  region.judge = () => 'stop';
  const { enter } = region;
  let refusals = 0;
  region.enter = (id) => {
    if (id !== 'undo' || refusals === 2) return enter(id);
    refusals += 1;
    return Promise.reject(terminalFault('this worker serves us-east'));
  };
  const handle = await world.deploy(service);
  expect(await handle.result()).toMatchObject({ outcome: 'undone', pending: [] });
  expect(refusals).toBe(2);
  expect(undos(service)).toEqual(['-db']);
  expect(region.row?.mode).toBe('undo');
});

test('a recovery gives the hook of a lost deployment twenty seconds to end, and undoes it then', async () => {
  const service = world.service('hook-of-the-lost');
  service.plan = { ...twoStages, hooks: global };
  wasStarted(service);
  service.hookLost = ({ command }) => command === '+db';
  const handle = await world.deploy(service);
  await until(() => service.hooksRan.includes('+db'));
  await handle.terminate('by mistake');
  const start = recoveryStart({ service: service.service, deployment: deploymentNumber(1) });
  const recovery = await world.env.client.workflow.start<typeof recover>('recovery', start);
  await until(() => eventsOf(service).includes('recovery-started'));
  await world.env.sleep('15s');
  expect(undos(service)).toEqual([]);
  await recovery.result();
  expect(undos(service)).toEqual(['-db']);
  expect(service.finished).toMatchObject([{ outcome: 'undone' }]);
});

test('a region whose undo has ended in a fault is asked again, and hooks are undone once it is back', async () => {
  const service = world.service('hooks-fault');
  service.plan = { ...twoStages, hooks: global };
  const region = service.regions[eu]!;
  const { enter } = region;
  let faults = 0;
  region.enter = (id) =>
    id === 'undo' && (faults += 1) === 1 ? Promise.reject(terminalFault('its worker is broken')) : enter(id);
  service.regions[us]!.judge = () => 'stop';
  let base: string | undefined;
  service.hook = ({ command }) => {
    if (command === '-db') base = region.row?.mode;
    return { outcome: 'passed', reason: 'exit code 0', log: null };
  };
  const handle = await world.deploy(service);
  expect(await handle.result()).toMatchObject({ outcome: 'undone', pending: [] });
  expect([faults, base, undos(service)]).toEqual([2, 'undo', ['-db']]);
});

describe('a build worker that is killed', () => {
  /** The first call of this command is never heard of again. */
  function lostAt(service: ServiceWorld, command: string): void {
    let lost = false;
    service.hookLost = (call) => {
      if (lost || call.command !== command) return false;
      lost = true;
      return true;
    };
  }

  test.each([
    ['a hook', '+db', ['+db', '+db'], 'succeeded'],
    ['the undo of a hook', '-db', ['+db', '-db', '-db'], 'undone'],
  ] as const)('in the middle of %s has it run again', async (_, command, ran, outcome) => {
    const service = world.service(`hooks-killed-${outcome}`);
    service.plan = { ...twoStages, hooks: global };
    lostAt(service, command);
    if (outcome === 'undone') service.regions[eu]!.judge = () => 'stop';
    const handle = await world.deploy(service);
    expect((await handle.result()).outcome).toBe(outcome);
    expect(service.hooksRan.filter((id) => !id.endsWith(' ended'))).toEqual(ran);
  });
});

test('a build worker that is not there is waited for, by a hook and by its undo', async () => {
  await world.close();
  world = await createWorkflowWorld({ buildWorker: 'later' });
  const service = world.service('hooks-no-worker');
  service.plan = { ...twoStages, hooks: global };
  service.regions[eu]!.judge = () => 'stop';
  const handle = await world.deploy(service, { build: null });
  await until(async () => {
    await world.env.sleep('10s');
    return eventsOf(service).includes('build-worker-wanted');
  });
  expect((await handle.query(statusQuery)).waiting).toMatch(/^no build worker had taken it up by/);
  await world.startBuildWorker();
  expect((await handle.result()).outcome).toBe('undone');
  expect(undos(service)).toEqual(['-db']);
});

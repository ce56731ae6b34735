/** A region's own authority, on a whole stack. The tests stand in order: each goes on with what the one before left. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploymentNumber, hostId, serviceName } from '../../domain/names.ts';
import { positionOf } from '../../protocol/position.ts';
import { until } from '../crash/run/patience.ts';
import { patienceMs } from '../patience.ts';
import { centre, openRegionStack, service, type RegionStack } from './region-stack.ts';

const region = 'eu-west';
const hosts = ['eu-west-1', 'eu-west-2'] as const;
const elsewhere = ['us-east-1', 'us-east-2'] as const;
let stack: RegionStack;
beforeAll(async () => {
  stack = await openRegionStack();
});
afterAll(() => stack?.close());

const lane = () => stack.mo.call('showLane', { path: { service } });
const audit = async (verb: string) => {
  const { items } = await stack.mo.call('listAudit', { query: { limit: 200 } });
  return items.filter((each) => each.verb === verb);
};

test('with the centre gone a rollback inside one region brings that region back, and is done when its hosts say so', async () => {
  for (const greeting of ['one', 'two']) {
    const deployment = await stack.merge(greeting);
    await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'succeeded');
  }
  await stack.untilAnswers('two', ...hosts, ...elsewhere);
  const thaw = stack.freeze(...centre);
  const { code, stdout } = await stack.inside(region, 'rollback', service, '--reason', 'INC-9');
  expect([code, stdout]).toEqual([0, 'done: 2 hosts run it\n']);
  await stack.untilAnswers('one', ...hosts);
  await stack.untilAnswers('two', ...elsewhere);
  thaw();
});

test('the centre learns of it when the link heals: in the audit, once, and the lane is shut', async () => {
  const { lock } = await until('the lane to be locked', patienceMs, async () => {
    const seen = await lane();
    return seen.lock === null ? undefined : seen;
  });
  expect(lock).toMatchObject({
    owner: 'slipway',
    reason: expect.stringMatching(/^rolled back in eu-west by ada@.+: INC-9$/),
  });
  expect(await audit('local-rollback')).toMatchObject([
    {
      actor: expect.stringMatching(/^ada@.+ \(eu-west\)$/),
      object: `${service}/2`,
      detail: { region, reason: 'INC-9' },
    },
  ]);
  const { items } = await stack.mo.call('listReleases', { path: { service } });
  expect(items.map(({ number, regions }) => [number, regions])).toEqual([
    [2, ['us-east']],
    [1, [region]],
  ]);
  await stack.untilAnswers('one', ...hosts);
});

/** A rollout that stands still in the region: one of its hosts answers nothing. */
async function underWay(greeting: string): Promise<{ readonly deployment: number; readonly thaw: () => void }> {
  if ((await lane()).lock !== null) await stack.mo.call('unlock', { path: { service }, body: { reason: 'go on' } });
  const thaw = stack.freeze(`agent-${hosts[1]}`);
  const deployment = await stack.merge(greeting);
  await stack.untilDeployment(deployment, ({ regions }) => regions.some(({ state }) => state === 'rolling'));
  return { deployment, thaw };
}

test('a deployment that is under way meets a hold inside a region, and waits for a person', async () => {
  const { deployment, thaw } = await underWay('three');
  const { code } = await stack.inside(region, 'hold', service, '--no-wait', '--reason', 'INC-10');
  expect(code).toBe(0);
  await stack.untilDeployment(deployment, ({ held }) => held);
  thaw();
  await stack.mo.call('abort', { path: { service, deployment }, body: { reason: 'as the region wants', hold: false } });
  await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'undone');
  await stack.untilAnswers('one', ...hosts);
  expect(await audit('local-hold')).toMatchObject([{ object: `${service}/${deployment}` }]);
});

test('a deployment that is under way meets a rollback inside a region, and is undone everywhere', async () => {
  const { deployment, thaw } = await underWay('four');
  await stack.inside(region, 'rollback', service, '--no-wait', '--reason', 'INC-11');
  thaw();
  const { reason } = await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'undone');
  expect(reason).toContain('eu-west was rolled back inside the region');
  await stack.untilAnswers('one', ...hosts);
  await stack.untilAnswers('two', ...elsewhere);
});

test('a host in maintenance runs nothing and stops no rollout; back, it does what the goal says by then', async () => {
  await stack.inside(region, 'maintenance', hosts[1], 'on', '--reason', 'kernel');
  await stack.untilAnswers(null, hosts[1]);
  if ((await lane()).lock !== null) await stack.mo.call('unlock', { path: { service }, body: { reason: 'go on' } });
  const deployment = await stack.merge('five');
  const { reason } = await stack.untilDeployment(deployment, ({ outcome }) => outcome !== null);
  expect(reason).toBe('checkout@5 is live in 2 of 2 regions; without 1 host in maintenance (eu-west-2)');
  await stack.untilAnswers('five', hosts[0], ...elsewhere);
  expect(await stack.ask(hosts[1])).toBeNull();
  const { stdout } = await stack.inside(region, 'hosts', '--service', service);
  expect(stdout).toMatch(/eu-west-2 .*maintenance.*checkout: nothing stopped, maintenance/);
  await stack.inside(region, 'maintenance', hosts[1], 'off', '--reason', 'done');
  await stack.untilAnswers('five', hosts[1]);
});

test('a host that loses a label stops the service, also while a rollout is under way; one that gains it gets it', async () => {
  const { deployment, thaw } = await underWay('six');
  await stack.inside('us-east', 'label', elsewhere[1], 'role-', '--reason', 'to the pool of the database');
  await stack.untilAnswers(null, elsewhere[1]);
  thaw();
  await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'succeeded');
  await stack.untilAnswers('six', ...hosts, elsewhere[0]);
  expect(await stack.ask(elsewhere[1])).toBeNull();
  await stack.inside('us-east', 'label', elsewhere[1], 'role=web', '--reason', 'back');
  await stack.untilAnswers('six', elsewhere[1]);
});

test('a host that its region names a canary is the first that a deployment switches', async () => {
  const { items } = await stack.mo.call('listDeployments', { path: { service }, query: { limit: 1 } });
  const number = deploymentNumber(items[0]!.number + 1);
  const place = (host: string) => positionOf(serviceName(service), number, hostId(host));
  const [usualFirst, canary] = place(hosts[0]) < place(hosts[1]) ? hosts : ([hosts[1], hosts[0]] as const);
  await stack.inside(region, 'canary', canary, 'on', '--reason', 'expendable');
  // It answers nothing, so a batch that it is in would last.
  const thaw = stack.freeze(`agent-${usualFirst}`);
  expect(await stack.merge('seven')).toBe(number);
  await stack.untilAnswers('seven', canary);
  expect(await stack.ask(usualFirst)).toBe(`six from ${usualFirst}`);
  await stack.untilDeployment(number, ({ regions }) => regions.some(({ batch }) => batch === 2));
  thaw();
  await stack.untilDeployment(number, ({ outcome }) => outcome === 'succeeded');
  await stack.untilAnswers('seven', ...hosts, ...elsewhere);
});

test('what was done on hosts is in the audit of the centre, in the order in which it was done', async () => {
  const verbs = ['local-maintenance-on', 'local-maintenance-off', 'local-label'];
  const told = await until('all acts to be told', patienceMs, async () => {
    const { items } = await stack.mo.call('listAudit', { query: { limit: 200 } });
    const acts = items.filter(({ verb }) => verbs.includes(verb));
    return acts.length === 5 ? acts : undefined;
  });
  expect(told.map(({ object }) => object).toSorted()).toEqual([
    'region:eu-west',
    'region:eu-west',
    'region:eu-west',
    'region:us-east',
    'region:us-east',
  ]);
});

/** A region's database that is restored from a backup, under running programs. The tests stand in order. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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
interface Shown {
  readonly mode: string;
  readonly attempt: { readonly deployment: number; readonly local: number };
  readonly base: { readonly release: { readonly number: number } } | null;
}
async function goal(): Promise<Shown> {
  const { stdout } = await stack.inside(region, 'services', '--json');
  const { data } = JSON.parse(stdout) as { readonly data: { readonly services: readonly [Shown] } };
  return data.services[0];
}
async function deployed(greeting: string): Promise<number> {
  if ((await lane()).lock !== null) await stack.mo.call('unlock', { path: { service }, body: { reason: 'go on' } });
  const deployment = await stack.merge(greeting);
  await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'succeeded');
  return deployment;
}
const served = (times: number) =>
  until('the region to serve again', patienceMs, () => {
    const lines = readFileSync(stack.logOf(`region-worker-${region}`), 'utf8').split('\n');
    const told = lines.filter((line) => line.includes('was compared with the centre, and serves again'));
    return told.length < times ? undefined : (JSON.parse(told.at(-1)!) as { readonly held: number });
  });

test('an undone release does not come back: its undo is newer than the backup', async () => {
  await deployed('one');
  await deployed('two');
  await stack.backUp(region);
  const thaw = stack.freeze(`agent-${hosts[1]}`);
  const deployment = await stack.merge('three');
  await stack.untilDeployment(deployment, ({ regions }) => regions.some(({ state }) => state === 'rolling'));
  thaw();
  await stack.mo.call('abort', { path: { service, deployment }, body: { reason: 'bad', hold: false } });
  await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'undone');
  await stack.restore(region);
  // A goal from each of its hosts.
  expect((await served(1)).held).toBe(2);
  expect(await goal()).toMatchObject({ mode: 'undo', attempt: { deployment }, base: { release: { number: 2 } } });
  await stack.untilAnswers('two', ...hosts, ...elsewhere);
});

test('hosts and region agree again: what is deployed next reaches all of them', async () => {
  await deployed('four');
  await stack.untilAnswers('four', ...hosts, ...elsewhere);
  expect(await goal()).toMatchObject({ mode: 'advance', base: { release: { number: 4 } } });
});

test('a rollback inside the region that only its hosts know of stands, and the centre learns that it was done', async () => {
  await deployed('five');
  await stack.backUp(region);
  const thaw = stack.freeze(...centre, `region-worker-${region}`);
  const { code } = await stack.inside(region, 'rollback', service, '--reason', 'INC-9');
  expect(code).toBe(0);
  await stack.restore(region);
  const refused = await until('it to be shut', patienceMs, async () => {
    const answer = await stack.inside(region, 'hold', service, '--no-wait', '--reason', 'INC-10');
    return answer.code === 3 ? answer : undefined;
  });
  expect(refused.stderr).toContain('may be an older one');
  await stack.untilAnswers('four', ...hosts);
  thaw();
  expect((await served(2)).held).toBe(2);
  expect(await goal()).toMatchObject({ mode: 'undo', attempt: { local: 1 }, base: { release: { number: 4 } } });
  await stack.untilAnswers('four', ...hosts);
  const { lock } = await until('the lane to be locked', patienceMs, async () => {
    const seen = await lane();
    return seen.lock === null ? undefined : seen;
  });
  expect(lock?.reason).toContain('its record was lost');
  await deployed('six');
  await stack.untilAnswers('six', ...hosts, ...elsewhere);
});

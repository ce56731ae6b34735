import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import type { CentralFigures } from './central-figures.ts';
import { addDatabaseGauges } from './database-gauges.ts';

/** Counts what it is asked, and can be away. */
function countingFigures() {
  const asked: string[] = [];
  const world = { isAway: false };
  const answer = async <Answer>(what: string, found: Answer): Promise<Answer> => {
    asked.push(what);
    if (world.isAway) throw new Error('the database is away');
    return found;
  };
  const figures: CentralFigures = {
    check: () => Promise.resolve(),
    readInbox: () => answer('inbox', { depth: 2, oldestSeconds: 30 }),
    countNeedingSomeone: () => answer('needing', { held: asked.length, locked: 1, notUndone: 0 }),
    countOpenDeployments: () => answer('open', new Map([['rolling', 3] as const])),
    countLeftHosts: () => answer('left', new Map([['eu-west', 450]]) as never),
    countDriftedHosts: () => answer('drifted', new Map([['us-east', 2]]) as never),
    readObligations: () => answer('owed', [{ region: 'eu-west', kind: 'undo', count: 1, oldestSeconds: 9 }] as never),
  };
  return { figures, asked, world };
}

test('each query is asked once a scrape, and again at the next', async () => {
  const { figures, asked } = countingFigures();
  const registry = new Registry();
  addDatabaseGauges(registry, figures);
  const first = await registry.metrics();
  expect(asked.toSorted()).toEqual(['drifted', 'inbox', 'left', 'needing', 'open', 'owed']);
  for (const line of [
    'slipway_inbox_depth 2',
    'slipway_inbox_oldest_seconds 30',
    'slipway_lanes_locked_by_slipway 1',
    'slipway_lanes_not_undone 0',
    'slipway_open_deployments{state="rolling"} 3',
    'slipway_left_hosts{region="eu-west"} 450',
    'slipway_drifted_hosts{region="us-east"} 2',
    'slipway_obligations{region="eu-west",kind="undo"} 1',
    'slipway_obligation_oldest_seconds{region="eu-west",kind="undo"} 9',
  ])
    expect(first).toContain(line);
  const held = /^slipway_held_deployments (\d+)$/m;
  expect(held.exec(await registry.metrics())?.[1]).not.toBe(held.exec(first)?.[1]);
  expect(asked).toHaveLength(12);
});

test('while the database is away figures are left out, and are there again when it is back', async () => {
  const { figures, world } = countingFigures();
  const registry = new Registry();
  addDatabaseGauges(registry, figures);
  await registry.metrics();
  world.isAway = true;
  expect(await registry.metrics()).not.toMatch(/^slipway_(inbox|held|lanes|obligation)[a-z_]*(\{.*\})? \d/m);
  world.isAway = false;
  expect(await registry.metrics()).toContain('slipway_inbox_depth 2');
});

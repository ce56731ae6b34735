import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { regionName } from '../../../domain/names.ts';
import { decideDrain, decideRemove } from '../../../domain/region/region-life.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { createPeopleDirectory } from './api-people.ts';
import { Audit, Region } from './entities.ts';
import { createRegionBook } from './region-book.ts';
import { createReleaseRecords } from './release-records.ts';
import { registerRegion } from './setup.ts';
import { tokenHash } from './token.ts';

let central: CentralTestDatabase;
beforeAll(async () => {
  central = await createCentralDatabase();
});
afterAll(() => central.close());

const [euWest, apSouth, north] = [regionName('eu-west'), regionName('ap-south'), regionName('us-north')];
let requests = 0;
const by = (region = north, key = `k${++requests}`) => ({ region, by: 'ada', reason: 'more room', key });
const book = () => createRegionBook(central.database);
const drain = (change = by()) => book().drain(change, (standing) => decideDrain(standing, true));
const remove = (change = by(), force = false) =>
  book().remove({ ...change, force }, (standing) => decideRemove(standing, force));
const execute = (statement: string) => central.database.em.fork().execute(statement);
const verbsOf = async (region = north) =>
  (await central.database.em.fork().find(Audit, { object: `region:${region}` }, { orderBy: { sequence: 'asc' } })).map(
    ({ verb, actor }) => `${verb} by ${actor}`,
  );

describe('a region', () => {
  test('is added once, with the hash of its token, drained, taken up again and removed: each is one audit record', async () => {
    const added = { ...by(), tokenHash: tokenHash('t') };
    expect(await book().add(added)).toEqual({ outcome: 'changed' });
    expect(await book().add(added)).toEqual({ outcome: 'repeated' });
    expect(await book().add({ ...by(), tokenHash: tokenHash('t') })).toEqual({ outcome: 'same' });
    expect(await book().add({ ...by(), tokenHash: tokenHash('another') })).toMatchObject({ outcome: 'refused' });
    expect(await createPeopleDirectory(central.database).findRegion('t')).toBe(north);
    const records = createReleaseRecords(central.database);
    expect(await records.listRegions()).toEqual([apSouth, euWest, north]);
    const drained = by();
    expect(await drain(drained)).toEqual({ outcome: 'changed' });
    expect(await drain(drained)).toEqual({ outcome: 'repeated' });
    expect(await drain()).toEqual({ outcome: 'same' });
    expect(await records.listDraining()).toEqual([north]);
    expect(await book().undrain(by(), (standing) => decideDrain(standing, false))).toEqual({ outcome: 'changed' });
    expect(await records.listDraining()).toEqual([]);
    expect(await remove()).toMatchObject({ outcome: 'refused', forceable: false });
    await drain();
    expect(await remove()).toEqual({ outcome: 'changed' });
    expect(await records.listRegions()).toEqual([apSouth, euWest]);
    expect(await createPeopleDirectory(central.database).findRegion('t')).toBeNull();
    expect(await drain()).toEqual({ outcome: 'unknown' });
    expect(await registerRegion(central.database, north, 't', 'installer')).toBe('removed');
    expect(await records.listRegions()).toEqual([apSouth, euWest]);
    expect(await verbsOf()).toEqual(
      ['added', 'drained', 'undrained', 'drained', 'removed'].map((verb) => `region-${verb} by ada`),
    );
  });

  test('that was removed is added again, with another token', async () => {
    expect(await book().add({ ...by(), tokenHash: tokenHash('second') })).toEqual({ outcome: 'changed' });
    expect(await createPeopleDirectory(central.database).findRegion('second')).toBe(north);
    const row = await central.database.em.fork().findOneOrFail(Region, { name: north });
    expect([row.removedAt, row.drain]).toEqual([null, null]);
  });

  test('is not added with the token of another', async () => {
    const asked = { ...by(regionName('sa-east')), tokenHash: tokenHash('second') };
    const reason = "this token is another region's: make one of its own";
    expect(await book().add(asked)).toEqual({ outcome: 'refused', reason, forceable: false });
    expect(await createPeopleDirectory(central.database).findRegion('second')).toBe(north);
  });

  test('that nobody knows is not drained', async () => {
    expect(await drain(by(regionName('nowhere')))).toEqual({ outcome: 'unknown' });
  });
});

interface Deployed {
  readonly number: number;
  readonly regions: readonly string[];
  readonly only?: readonly string[];
  readonly outcome: string | null;
}
const deployed = ({ number, regions, only, outcome }: Deployed) =>
  central.database.em.fork().execute(
    `insert into deployment (service, number, kind, release, key, source, state, regions, pending, opened_at, outcome)
     values ('checkout', ?, 'rollout', 7, ?, ?::jsonb, 'rolling-out', ?::jsonb, '[]', now(), ?)`,
    [
      number,
      `d${number}`,
      JSON.stringify({ from: 'person', person: 'ada', ...(only && { regions: only }) }),
      JSON.stringify(regions.map((region) => ({ region, state: 'planned' }))),
      outcome,
    ],
  );

describe('a region is not removed', () => {
  const counts = (absent: number) =>
    execute(`insert into region_summary (region, service, sequence, summary, at, received_at) values ('ap-south', 'checkout', 1,
      '{"hosts":{"total":3,"absent":${absent}}}', now(), now() - interval '1 day')
      on conflict (region, service) do update set summary = excluded.summary`);

  test('while hosts were there when it was last heard, however long ago, unless a person insists', async () => {
    await drain(by(apSouth));
    await counts(1);
    expect(await remove(by(apSouth))).toEqual({
      outcome: 'refused',
      reason: '2 hosts of ap-south still report',
      forceable: true,
    });
    await counts(3);
    await execute(`insert into obligation (service, region, deployment, local, kind, generation, control_revision, reason, recorded_at)
      values ('checkout', 'ap-south', 1, 0, 'undo', 0, 0, '', now())`);
    expect(await remove(by(apSouth))).toMatchObject({
      reason: 'ap-south still owes 1 step of deployments that have ended',
    });
  });

  test('while an open deployment or a current release goes there, whoever insists', async () => {
    await execute(`insert into release (service, number, commit, authors, pusher, subject, state, spec, created_at)
      select 'checkout', 7, 'c', '[]', 'lin', '', 'admitted', '{"rollout":{"stages":[{"regions":["eu-west","ap-south"]}]}}', now()`);
    await deployed({ number: 1, regions: [euWest, apSouth], outcome: null });
    expect(await remove(by(apSouth), true)).toMatchObject({
      outcome: 'refused',
      reason: 'checkout/1 goes to ap-south and has not ended',
    });
    await execute(`update deployment set outcome = 'succeeded', state = 'succeeded' where number = 1`);
    await execute(`update service set current_release = 7 where name = 'checkout'`);
    expect(await remove(by(apSouth), true)).toMatchObject({
      outcome: 'refused',
      reason: 'the current release of checkout goes to ap-south: take it out of slipway.yaml and merge that',
    });
  });

  describe('and what it has missed is', () => {
    const ofCheckout = [{ service: 'checkout', release: 7 }];
    const behind = (key = 'k') => book().listBehind(apSouth, key);
    beforeEach(() => execute('delete from deployment'));

    test('the current release, where its deployment left it out', async () => {
      await deployed({ number: 1, regions: [euWest], outcome: 'succeeded' });
      expect(await behind()).toEqual(ofCheckout);
      expect(await book().listBehind(euWest, 'k')).toEqual([]);
    });

    test.each<[string, Deployed[]]>([
      ['what was skipped or rolled back there', [{ number: 1, regions: [euWest, apSouth], outcome: 'succeeded' }]],
      [
        'what somebody deployed elsewhere only',
        [{ number: 1, regions: [euWest], only: [euWest], outcome: 'succeeded' }],
      ],
      [
        'what is on its way',
        [
          { number: 1, regions: [euWest], outcome: 'succeeded' },
          { number: 2, regions: [apSouth], only: [apSouth], outcome: null },
        ],
      ],
      [
        'what waits its turn',
        [
          { number: 1, regions: [euWest], outcome: 'succeeded' },
          { number: 2, regions: [], only: [apSouth], outcome: null },
        ],
      ],
      [
        'what came there and went wrong',
        [
          { number: 1, regions: [euWest], outcome: 'succeeded' },
          { number: 2, regions: [apSouth], only: [apSouth], outcome: 'undone' },
        ],
      ],
    ])('not %s', async (_what, deployments) => {
      for (const each of deployments) await deployed(each);
      expect(await behind()).toEqual([]);
    });

    test('brought by the request that is repeated', async () => {
      await deployed({ number: 1, regions: [euWest], outcome: 'succeeded' });
      await deployed({ number: 2, regions: [apSouth], only: [apSouth], outcome: null });
      expect(await behind('d2')).toEqual(ofCheckout);
    });

    test('told of open deployments that were planned without it, and of no others', async () => {
      await deployed({ number: 1, regions: [euWest], outcome: null });
      await deployed({ number: 2, regions: [], outcome: null });
      await deployed({ number: 3, regions: [euWest], only: [euWest], outcome: null });
      await deployed({ number: 4, regions: [euWest], outcome: 'succeeded' });
      expect(await book().listOpenWithout(apSouth)).toEqual([{ service: 'checkout', deployment: 1 }]);
      expect(await book().listOpenWithout(euWest)).toEqual([]);
    });
  });

  test('and is forgotten with what it owes when a person insists', async () => {
    await execute('delete from deployment');
    await execute(`update service set current_release = null where name = 'checkout'`);
    expect(await remove(by(apSouth), true)).toEqual({ outcome: 'changed' });
    expect(await execute(`select from obligation where region = 'ap-south'`)).toEqual([]);
    expect(await execute(`select from region_summary where region = 'ap-south'`)).toEqual([]);
    const [audit] = await central.database.em.fork().find(Audit, { object: 'region:ap-south', verb: 'region-removed' });
    const owed = { deployment: 'checkout/1', kind: 'undo' };
    expect(audit?.detail).toEqual({ reason: 'more room', force: true, obligations: [owed] });
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RecordBrokenGlassInput } from '../../../activities/deployment-record/contract.ts';
import { deploymentNumber, serviceName } from '../../../domain/names.ts';
import { createDeploymentRecords } from '../../../infra/postgres/central/deployment-records.ts';
import { readAuditChain } from '../../../infra/postgres/central/audit-log.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import { addService, createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi, type Asked, type TestControlApi } from '../../../test/control-api.ts';

const checkout = serviceName('checkout');
let central: CentralTestDatabase;
let api: TestControlApi;
let tokens: Record<'ops' | 'mo' | 'ada', string>;

beforeEach(async () => {
  central = await createCentralDatabase();
  api = await startControlApi({ database: central.database, databaseUrl: central.url });
  await addService(central.database, 'search');
  tokens = {
    ops: await signIn(central.database, 'ops', 'operator'),
    mo: await signIn(central.database, 'mo', 'release-owner'),
    ada: await signIn(central.database, 'ada'),
  };
});
afterEach(async () => {
  await api.close();
  await central.close();
});

async function auditOf(...verbs: string[]) {
  const found = [];
  for await (const { verb, actor } of readAuditChain(central.database))
    if (verbs.includes(verb)) found.push([verb, actor]);
  return found;
}

describe('glass that one person broke', () => {
  const deployment = deploymentNumber(1);
  const glass: RecordBrokenGlassInput = {
    service: checkout,
    deployment,
    stage: null,
    broken: [
      {
        person: 'mo',
        role: 'release-owner',
        reason: 'the shop is down',
        incident: 'INC-7',
        at: '2026-11-24T03:00:00.000Z',
      },
    ],
    excluded: ['lin'],
    review: true,
  };
  const review = (who: string, body: object, key?: string): Promise<Asked> =>
    api.ask('/v1/services/checkout/deployments/1/review', { token: who, body, ...(key !== undefined && { key }) });
  const accept = { verdict: 'accept', reason: 'no other way' };

  beforeEach(async () => {
    await createLaneRecords(central.database).open(mergeRequest('merge-1'));
    const records = createDeploymentRecords(central.database);
    expect(await records.markBrokenGlass(glass)).toBe('recorded');
    expect(await records.markBrokenGlass(glass)).toBe('repeated');
  });

  test('waits for a review, which another person makes once; the mark stays on the deployment', async () => {
    const waiting = await api.ask('/v1/reviews', { token: tokens.ada });
    expect(waiting.body).toMatchObject({
      reviews: [{ deployment: 'checkout/1', review: 'wanted', broken: [{ person: 'mo', incident: 'INC-7' }] }],
    });
    const kim = await signIn(central.database, 'kim', 'release-owner');
    const answers = [await review(kim, accept, 'kim-once'), await review(kim, accept, 'kim-once')];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[0]!.body).toEqual({
      deployment: 'checkout/1',
      message: 'kim accepts what was broken for checkout/1: no other way',
    });
    const again = await review(tokens.ops, { verdict: 'object', reason: 'hm' });
    expect([again.status, again.body.detail]).toEqual([409, 'checkout/1 was reviewed by kim: accepted']);
    expect((await api.ask('/v1/reviews', { token: tokens.ada })).body).toEqual({ reviews: [] });
    const shown = await api.ask('/v1/services/checkout/deployments/1', { token: tokens.ada });
    expect(shown.body['brokenGlass']).toMatchObject([
      { stage: null, review: 'accepted', reviewedBy: 'kim', reviewReason: 'no other way' },
    ]);
    expect(await auditOf('glass-broken', 'glass-reviewed')).toEqual([
      ['glass-broken', 'mo'],
      ['glass-reviewed', 'kim'],
    ]);
  });

  test('is not reviewed by who broke it, nor by who made the change, nor without a reason or a role', async () => {
    const own = await review(tokens.mo, accept);
    expect([own.status, own.body.detail]).toEqual([409, 'mo broke glass for checkout/1: another person reviews it']);
    const lin = await signIn(central.database, 'LIN', 'release-owner');
    expect((await review(lin, accept)).body.detail).toBe(
      'LIN made or asked for this change: another person reviews it',
    );
    expect((await review(tokens.ops, { verdict: 'accept' })).status).toBe(400);
    const none = await review(tokens.ada, accept);
    expect([none.status, none.body.detail, none.body.next]).toEqual([
      403,
      'ada needs the role release-owner or operator',
      'An owner of checkout or an operator can grant it: slipway grant ada --role release-owner --service checkout',
    ]);
    expect((await api.ask('/v1/reviews', { token: tokens.ada })).body['reviews']).toHaveLength(1);
  });

  test('is shown before it is reviewed, with who may not, and an answer to something else is none', async () => {
    const dialogOf = async (token: string) =>
      (await api.ask('/v1/services/checkout/dialog?verb=review&deployment=1', { token })).body;
    const shown = await dialogOf(tokens.ops);
    expect(shown).toMatchObject({ refused: null, title: 'Review the broken glass of checkout/1?', reason: 'required' });
    expect(JSON.stringify(shown['lines'])).toContain('the shop is down');
    expect((await dialogOf(tokens.mo))['refused']).toBe('mo broke glass for checkout/1: another person reviews it');
    expect((await dialogOf(tokens.ada))['refused']).toMatch(
      /^ada needs the role release-owner or operator\. An owner of checkout or an operator can grant it: /,
    );
    const moved = await review(tokens.ops, { ...accept, dialog: `sha256:${'9'.repeat(64)}` });
    expect([moved.status, codeOf(moved)]).toEqual([409, 'state-changed']);
    expect((await review(tokens.ops, { ...accept, dialog: shown['digest'] })).status).toBe(202);
  });

  test('is told apart by stage, and where there is none that is said', async () => {
    await createDeploymentRecords(central.database).markBrokenGlass({ ...glass, stage: 'world' });
    const which = await review(tokens.ops, accept);
    expect([which.status, which.body.detail]).toEqual([400, 'glass was broken more than once for checkout/1']);
    expect((await review(tokens.ops, { ...accept, stage: 'world' })).status).toBe(202);
    expect((await review(tokens.ops, accept)).status).toBe(202);
    const other = await api.ask('/v1/services/search/deployments/1/review', { token: tokens.ops, body: accept });
    expect([other.status, other.body.detail]).toEqual([404, 'no glass was broken for search/1']);
  });
});

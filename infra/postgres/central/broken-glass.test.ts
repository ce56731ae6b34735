import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BrokenGlass } from '../../../domain/approval/break-glass.ts';
import { deploymentNumber, regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../../../test/central-database.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { createAccessRecords } from './api-access.ts';
import { readAuditChain } from './audit-log.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { createLaneRecords } from './lane-records.ts';
import { createReleaseRecords } from './release-records.ts';

const service = serviceName('checkout');
const deployment = deploymentNumber(1);
const admittedAt = '2026-11-24T03:00:00.000Z';
let central: CentralTestDatabase;
beforeEach(async () => {
  central = await createCentralDatabase();
  await createLaneRecords(central.database).open(mergeRequest('merge-1'));
});
afterEach(() => central.close());

const word = (person: string): BrokenGlass => ({
  person,
  role: 'release-owner',
  reason: 'the shop is down',
  incident: 'INC-7',
  at: admittedAt,
});
const glass = { broken: [word('mo')], excluded: ['lin'], review: true };
const save = (envelope = '{}') =>
  createReleaseRecords(central.database).saveAdmission({
    service,
    release: releaseNumber(1),
    deployment,
    regions: [regionName('eu-west')],
    approvers: ['mo'],
    evidence: digestOf(envelope),
    digest: digestOf(envelope),
    envelope,
    admittedAt,
    glass,
  });
const mark = (...people: string[]) =>
  createDeploymentRecords(central.database).markBrokenGlass({
    ...glass,
    service,
    deployment,
    stage: null,
    broken: people.map(word),
  });
const access = () => createAccessRecords(central.database);
const marks = () => access().brokenGlass(service, deployment);
async function audited() {
  const found = [];
  for await (const { verb, actor } of readAuditChain(central.database)) found.push(`${verb} by ${actor}`);
  return found.filter((each) => /glass|admitted/.test(each));
}

test('a release that is admitted past its approvals has the mark of that, whatever becomes of its workflow', async () => {
  await save();
  expect(await marks()).toMatchObject([{ stage: null, brokenBy: ['mo'], excluded: ['lin'], review: 'wanted' }]);
  expect(await audited()).toEqual(['glass-broken by mo', 'release-admitted by slipway']);
  await save();
  expect(await mark('mo')).toBe('repeated');
  expect(await audited()).toHaveLength(2);
});

test('nothing is marked for what was not admitted', async () => {
  const em = central.database.em.fork();
  await em.execute(`update release set number = 2 where service = 'checkout'`);
  await expect(save()).rejects.toThrow('Release not found');
  expect(await marks()).toEqual([]);
  expect(await audited()).toEqual([]);
});

test('who breaks it after others did is on record, too, and that is reviewed again', async () => {
  await mark('mo');
  const of = { service, deployment, stage: null };
  expect(await access().review(of, 'accept', 'no other way', { person: 'kim', key: 'a' })).toBe('reviewed');
  expect(await mark('MO', 'ada')).toBe('recorded');
  expect(await mark('ada')).toBe('repeated');
  expect(await marks()).toMatchObject([{ brokenBy: ['mo', 'ada'], review: 'wanted', reviewedBy: null }]);
  expect(await access().review(of, 'object', 'there was one', { person: 'kim', key: 'b' })).toBe('reviewed');
  expect(await audited()).toEqual([
    'glass-broken by mo',
    'glass-reviewed by kim',
    'glass-broken by ada',
    'glass-reviewed by kim',
  ]);
});

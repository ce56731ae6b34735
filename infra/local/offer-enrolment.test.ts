import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { hostId } from '../../domain/names.ts';
import { enrollWithCertificate } from '../../test/host-certificates.ts';
import { createRegionDatabase, type TestRegionDatabase } from '../../test/region-database.ts';
import { revokeHost } from '../postgres/region/identity-decisions.ts';
import { HostIdentityRecord } from '../postgres/region/entities/hosts.ts';
import { dataDirectory } from './data-directory.ts';
import { offerEnrolment } from './offer-enrolment.ts';
import { enrolmentTokenFile, type StackShape } from './programs.ts';

const host = 'eu-west-1';
let region: TestRegionDatabase;
let shape: StackShape;
beforeAll(async () => void (region = await createRegionDatabase()));
afterAll(() => region.close());
beforeEach(async () => {
  await region.database.em.fork().execute('truncate host, host_identity, enrolment_token');
  shape = {
    projectRoot: '/p',
    data: dataDirectory(mkdtempSync(path.join(tmpdir(), 'slipway-offer-'))),
    addresses: { api: 1, temporal: 2, temporalUi: 3, postgres: 4, gateways: [5], firstInstance: 6 },
    secrets: { postgresPassword: 'p', webhookSecret: 'w' },
    regions: ['eu-west'],
    hosts: 1,
    scratch: '/s',
  };
});
afterEach(() => rmSync(shape.data.root, { recursive: true }));

const offer = () => offerEnrolment(region.database, shape, 'eu-west');
const isOffered = (): boolean => existsSync(enrolmentTokenFile(shape, host));
const keepIdentity = (): void =>
  writeFileSync(path.join(openAgentDirectory(shape.data.agent(host)).identity, 'host.json'), '{}');
const enroll = () => enrollWithCertificate(region.database, hostId(host));

test('a new host gets a token, and a lasting one of before goes', async () => {
  const before = path.join(shape.data.root, 'run', `host-token-${host}`);
  mkdirSync(path.dirname(before), { recursive: true });
  writeFileSync(before, 'slh_before');
  await offer();
  expect(readFileSync(enrolmentTokenFile(shape, host), 'utf8')).toMatch(/^sle_eu-west_/);
  expect(existsSync(before)).toBe(false);
});

test('a host that has a certificate gets none', async () => {
  await enroll();
  keepIdentity();
  await offer();
  expect(isOffered()).toBe(false);
});

test('a host whose folder was lost gets one', async () => {
  await enroll();
  await offer();
  expect(isOffered()).toBe(true);
});

test.each([
  [59, false],
  [61, true],
])('a host whose certificate ended %d days ago: %s', async (days, offered) => {
  await enroll();
  keepIdentity();
  const expiresAt = new Date(Date.now() - days * 86_400_000);
  await region.database.em.fork().nativeUpdate(HostIdentityRecord, { host: hostId(host) }, { expiresAt });
  await offer();
  expect(isOffered()).toBe(offered);
});

test('a host that was revoked gets none, whatever it has lost', async () => {
  await enroll();
  await revokeHost(region.database, { host: hostId(host), by: 'ada', reason: 'lost' });
  await offer();
  expect(isOffered()).toBe(false);
});

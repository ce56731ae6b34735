import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ApprovalBinding } from '../../domain/plan/plan.ts';
import { deploymentNumber, releaseNumber, teamName } from '../../domain/names.ts';
import { openFolderStore } from '../../infra/stores/folder-store.ts';
import { admissionSchema, admissionType } from '../../protocol/admission.ts';
import { signApprovalToken } from '../../protocol/approval-token.ts';
import { digestOf } from '../../protocol/digest.ts';
import { envelopeSchema, verifyDocument } from '../../protocol/dsse.ts';
import { planDigestOf } from '../../protocol/plan-digest.ts';
import {
  checkout,
  deployment87,
  euWest,
  keys,
  makeRecords,
  makeReleaseActivities,
  release412,
  spec,
  storeFiles,
  usEast,
} from '../../test/release-fixture.ts';
import type { BlobStore } from '../blob-store.ts';
import type { Approval, ApprovalVerb } from './contract.ts';
import { readPlan } from './read-plan.ts';

let folder: string;
let store: BlobStore;
let records: ReturnType<typeof makeRecords>;
let activities: ReturnType<typeof makeReleaseActivities>;
let binding: ApprovalBinding;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-admit-'));
  store = await openFolderStore(folder);
  records = makeRecords({ 411: { state: 'blocked', digest: digestOf('bad'), spec }, 412: {}, 413: {} });
  activities = makeReleaseActivities(store, records);
  const built = await storeFiles(store, { 'a.js': 'a' });
  const unsigned = { manifestRoot: built.rootText, digest: built.digest, totalBytes: 1, files: 1 };
  await activities.signRelease({ service: checkout, release: release412, deployment: deployment87, unsigned, spec });
  const planned = await plan();
  if (planned.outcome === 'refused') throw new Error(planned.reason);
  binding = {
    service: checkout,
    deployment: deployment87,
    release: { number: release412, digest: built.digest },
    planDigest: planned.planDigest,
    regions: [euWest, usEast],
  };
});
afterEach(() => rm(folder, { recursive: true }));

const plan = (release = release412, askedBy: string | null = null) =>
  activities.planDeployment({ service: checkout, deployment: deployment87, release, kind: 'rollout', askedBy });
const approvalBy = (approver: string, more: Partial<Approval> = {}): Approval => ({
  approver,
  role: 'release-owner',
  approvedAt: new Date(Date.now() - 1000).toISOString(),
  ...more,
});
const inputOf = (approvals: readonly Approval[], of = binding, askedBy: string | null = null) => ({
  binding: of,
  approvals,
  askedBy,
  evidence: [{ kind: 'checks', digest: digestOf('log'), detail: 'npm test' }],
});
const admit = (...input: Parameters<typeof inputOf>) => activities.admitRelease(inputOf(...input));
async function admitted(approvals: readonly Approval[]) {
  const result = await admit(approvals);
  if (result.outcome !== 'admitted') throw new Error(result.reason);
  return result;
}

describe('a plan', () => {
  test('that is made anew goes where it went: a drain since then, or its end, is for what begins after it', async () => {
    const planWhile = (draining: (typeof usEast)[], deployment: number) =>
      makeReleaseActivities(store, { ...records, listDraining: async () => draining }).planDeployment({
        service: checkout,
        deployment: deploymentNumber(deployment),
        release: release412,
        kind: 'rollout',
        askedBy: null,
      });
    expect(await planWhile([usEast], 87)).toMatchObject({ planDigest: binding.planDigest });
    const drained = await planWhile([usEast], 88);
    expect(drained).toMatchObject({ plan: { drained: [usEast] } });
    expect(await planWhile([], 88)).toEqual(drained);
  });

  test('is kept under its digest, and the same facts give the same one', async () => {
    const [first, second] = [await plan(), await plan()];
    expect(first).toEqual(second);
    if (first.outcome === 'refused') throw new Error(first.reason);
    expect(await readPlan(store, first.planDigest)).toEqual(first.plan);
    expect(first.planDigest).toBe(planDigestOf(first.plan));
    expect(await readPlan(store, digestOf('a'))).toBeNull();
  });

  test('names who may not approve it: who made the release, and who asked for it', async () => {
    expect(await plan()).toMatchObject({ excluded: ['lin'] });
    expect(await plan(release412, 'ada')).toMatchObject({ excluded: ['lin', 'ada'] });
  });

  test('says which checks of its own a release has to pass, until it was admitted', async () => {
    const checks = { run: 'npm test', timeoutMs: 600_000 };
    const planned = (state: 'ready' | 'admitted') => {
      const existing = makeRecords({ 411: { state, digest: digestOf('ok'), spec: { ...spec, checks } } });
      activities = makeReleaseActivities(store, existing);
      return plan(releaseNumber(411), 'ada');
    };
    expect(await planned('ready')).toMatchObject({ ownChecks: checks });
    expect(await planned('admitted')).not.toHaveProperty('ownChecks');
  });

  test.each([
    [411, /checkout@411 is blocked/],
    [413, /checkout@413 was not built/],
    [999, /no release checkout@999/],
  ])('is refused for release %i', async (number, reason) => {
    expect(await plan(releaseNumber(number))).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(reason),
    });
  });
});

describe('an approval token', () => {
  const tokenOf = (
    person: string,
    verb: ApprovalVerb = 'approve',
    of = binding,
    role: 'release-owner' | 'deployer' | null = 'release-owner',
    emergency?: { reason: string; incident: string },
  ) =>
    signApprovalToken(
      {
        verb,
        binding: of,
        person,
        role,
        ...(emergency && { emergency }),
        id: 'one',
        now: new Date(),
        expiresMs: 60_000,
      },
      keys.approval.privateKey,
    );
  const verify = (token: string, verb: ApprovalVerb = 'approve', excluded = ['Lin']) =>
    activities.verifyApproval({ token, verb, binding, excluded });

  test('of a person in the role is valid, and counts from now on, whenever it was made', async () => {
    const acceptedAt = new Date(Date.now() + 30_000);
    const later = makeReleaseActivities(store, records, { now: () => acceptedAt });
    const input = { token: await tokenOf('mo'), verb: 'approve', binding, excluded: [] } as const;
    expect(await later.verifyApproval(input)).toEqual({
      valid: true,
      approval: {
        approver: 'mo',
        role: 'release-owner',
        roles: ['release-owner'],
        teams: [],
        approvedAt: acceptedAt.toISOString(),
      },
    });
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    ['is of the author of the change', () => tokenOf('lin'), /lin made, pushed or asked for this change/],
    ['claims a role that the person has no more', () => tokenOf('ada'), /ada is no release-owner/],
    ['is of a stranger', () => tokenOf('eve'), /eve is no release-owner/],
    ['is for another verb', () => tokenOf('mo', 'resume'), /wrong-verb/],
    [
      'is for another deployment',
      () => tokenOf('mo', 'approve', { ...binding, deployment: deploymentNumber(88) }),
      /another deployment/,
    ],
    [
      'is for a stage, where the release is asked about',
      () => tokenOf('mo', 'approve', { ...binding, stage: 'world' }),
      /another stage/,
    ],
    ['is for another plan', () => tokenOf('mo', 'approve', { ...binding, planDigest: digestOf('x') }), /another plan/],
  ])('is refused when it %s, and is not taken for a guess', async (_, make, reason) => {
    const refused = { valid: false, genuine: true, reason: expect.stringMatching(reason) };
    expect(await verify(await make())).toEqual(refused);
  });

  test('that was delivered too late is refused, and is not taken for a guess', async () => {
    const later = makeReleaseActivities(store, records, { now: () => new Date(Date.now() + 3_600_000) });
    const input = { token: await tokenOf('mo'), verb: 'approve', binding, excluded: [] } as const;
    expect(await later.verifyApproval(input)).toMatchObject({ valid: false, genuine: true });
  });

  test('that the api never signed is a guess', async () => {
    const [head, , signature] = (await tokenOf('mo')).split('.');
    for (const token of ['yes', `${head}.e30.${signature}`])
      expect(await verify(token)).toMatchObject({ valid: false, genuine: false });
  });

  test('of a member of a team needs no role, and counts for nothing once they are in none', async () => {
    const security = teamName('security');
    let teams = [security];
    const people = { capacitiesOf: () => Promise.resolve({ roles: [], teams }) };
    const byTeam = makeReleaseActivities(store, records, { people });
    const input = {
      token: await tokenOf('eve', 'approve', binding, null),
      verb: 'approve',
      binding,
      excluded: [],
    } as const;
    expect(await byTeam.verifyApproval(input)).toMatchObject({
      valid: true,
      approval: { approver: 'eve', role: null, roles: [], teams: [security] },
    });
    // Whatever else needs a token is for roles.
    const resume = { ...input, token: await tokenOf('eve', 'resume', binding, null), verb: 'resume' } as const;
    expect(await byTeam.verifyApproval(resume)).toEqual({
      valid: false,
      genuine: true,
      reason: 'eve needs a role for that',
    });
    teams = [];
    expect(await byTeam.verifyApproval(input)).toEqual({ valid: false, genuine: true, reason: 'eve is in no team' });
  });

  test('of a stage is good for that stage only', async () => {
    const [world, canary] = ['world', 'canary'].map((stage) => ({ ...binding, stage }));
    const token = await tokenOf('mo', 'approve', world);
    const input = { token, verb: 'approve', excluded: [] } as const;
    expect(await activities.verifyApproval({ ...input, binding: world! })).toMatchObject({ valid: true });
    for (const other of [canary!, binding])
      expect(await activities.verifyApproval({ ...input, binding: other })).toMatchObject({
        valid: false,
        reason: 'the approval token is for another stage',
      });
  });

  describe('to break glass', () => {
    const emergency = { reason: 'the shop is down', incident: 'INC-7' };

    test('says why and for which incident, and may be of the author', async () => {
      const token = await tokenOf('lin', 'break-glass', binding, 'release-owner', emergency);
      expect(await verify(token, 'break-glass')).toMatchObject({
        valid: true,
        broken: { person: 'lin', role: 'release-owner', ...emergency },
      });
    });

    test('is none without that, nor is an approval one with it', async () => {
      const malformed = { valid: false, reason: 'the approval token is refused: malformed' };
      expect(await verify(await tokenOf('mo', 'break-glass'), 'break-glass')).toMatchObject(malformed);
      const odd = await tokenOf('mo', 'approve', binding, 'release-owner', emergency);
      expect(await verify(odd)).toMatchObject(malformed);
    });

    test('is refused to who has no role for it', async () => {
      const token = await tokenOf('ada', 'break-glass', binding, 'deployer', emergency);
      expect(await verify(token, 'break-glass')).toMatchObject({
        valid: false,
        genuine: true,
        reason: 'ada is no release-owner or operator',
      });
    });
  });

  test('to resume may be of the author: it starts nothing that was not approved', async () => {
    expect(await verify(await tokenOf('lin', 'resume'), 'resume')).toMatchObject({ valid: true });
  });
});

describe('a release is admitted', () => {
  test('by a statement that names regions, approvers, config and evidence', async () => {
    const result = await admitted([approvalBy('mo')]);
    expect(digestOf(result.admission)).toBe(result.digest);
    const envelope = envelopeSchema.parse(JSON.parse(result.admission));
    const verified = verifyDocument(envelope, admissionType, [keys.admission.publicKey]);
    const admission = admissionSchema.parse(verified.ok ? verified.payload : null);
    expect(admission).toMatchObject({ service: checkout, release: binding.release, regions: [euWest, usEast] });
    expect(admission.approvers).toEqual([{ person: 'mo', role: 'release-owner' }]);
    expect(await store.missing([admission.evidence, admission.config])).toEqual([]);
  });

  test('once: a repeat gets the same statement, even when the approval has expired meanwhile', async () => {
    const approvals = [approvalBy('mo')];
    const first = await admit(approvals);
    const later = makeReleaseActivities(store, records, { now: () => new Date(Date.now() + 24 * 3_600_000) });
    expect(await later.admitRelease(inputOf(approvals))).toEqual(first);
    expect(records.admissions).toHaveLength(1);
    const [one, two] = await Promise.all([admit(approvals), admit(approvals)]);
    expect([one, two]).toEqual([first, first]);
  });

  test('and the admission is found again for its regions, not for others, not when it is blocked', async () => {
    const { admission } = await admitted([approvalBy('mo')]);
    const find = (regions: readonly (typeof euWest)[], release = release412) =>
      activities.findAdmission({ service: checkout, release, regions });
    expect(await find([usEast])).toEqual({ admission });
    expect(await find([usEast, 'sa-east' as typeof euWest])).toEqual({ admission: null });
    expect(await find([usEast], releaseNumber(411))).toEqual({ admission: null });
  });
});

describe('a release that not all agreed to', () => {
  const word = (person: string, minutesAgo = 1) => ({
    person,
    role: 'release-owner' as const,
    reason: 'the shop is down',
    incident: 'INC-7',
    at: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
  });
  const admitBroken = (...broken: ReturnType<typeof word>[]) => activities.admitRelease({ ...inputOf([]), broken });

  test('is admitted when two persons break glass, whom the statement names as such', async () => {
    const result = await admitBroken(word('mo'), word('lin'));
    if (result.outcome !== 'admitted') throw new Error(result.outcome);
    const envelope = envelopeSchema.parse(JSON.parse(result.admission));
    const verified = verifyDocument(envelope, admissionType, [keys.admission.publicKey]);
    expect(admissionSchema.parse(verified.ok ? verified.payload : null).approvers).toEqual([
      { person: 'mo', role: 'break-glass release-owner' },
      { person: 'lin', role: 'break-glass release-owner' },
    ]);
  });

  test('is marked as such with what is saved, and only then', async () => {
    await admitBroken(word('mo'), word('lin'));
    expect(records.admissions).toMatchObject([
      { glass: { broken: [{ person: 'mo', incident: 'INC-7' }, { person: 'lin' }], review: false } },
    ]);
    expect(records.admissions[0]?.glass?.excluded).toContain('lin');
    await activities.admitRelease({ ...inputOf([approvalBy('mo')]), broken: [word('kim')] });
    expect(records.admissions[1]).not.toHaveProperty('glass');
  });

  test.each([
    ['by one of them', [word('mo')]],
    ['by the same twice', [word('mo'), word('MO')]],
    ['by those alone who made the change', [word('lin')]],
    ['by one too long ago', [word('mo', 61), word('kim')]],
  ])('is not when glass is broken %s', async (_, broken) => {
    expect(await admitBroken(...broken)).toMatchObject({ outcome: 'quorum-not-met' });
    expect(records.admissions).toEqual([]);
  });
});

describe('people have to be asked again', () => {
  const hours = (count: number): string => new Date(Date.now() - count * 3_600_000).toISOString();
  test.each<[string, () => readonly Approval[]]>([
    ['without approvals', () => []],
    ['when it was approved by its own author', () => [approvalBy('LIN')]],
    ['when it was approved by who asked for it', () => [approvalBy('ada')]],
    ['when the approval has expired, by the policy of four hours', () => [approvalBy('mo', { approvedAt: hours(4) })]],
    ['when the approval is of another role', () => [approvalBy('mo', { role: 'deployer' })]],
  ])('%s', async (_, approvals) => {
    expect(await admit(approvals(), binding, 'Ada')).toEqual({
      outcome: 'quorum-not-met',
      reason: '0 of 1 approvals are there and still fresh',
    });
    expect(records.admissions).toEqual([]);
  });

  test('but not before an approval is as old as the policy allows, however short its token lived', async () => {
    const recent = approvalBy('mo', { approvedAt: hours(3.9) });
    expect(await admit([recent])).toMatchObject({ outcome: 'admitted' });
  });
});

describe('a release is not admitted', () => {
  test.each<[string, Partial<ApprovalBinding>, Approval[], RegExp]>([
    [
      'under a plan that nobody made',
      { planDigest: digestOf('plan') },
      [approvalBy('mo')],
      /plan .* is not in the store/,
    ],
    [
      'under the plan of another deployment',
      { deployment: deploymentNumber(88) },
      [approvalBy('mo')],
      /of another deployment/,
    ],
    [
      'in more regions than planned',
      { regions: ['sa-east' as typeof euWest, euWest, usEast] },
      [approvalBy('mo')],
      /not those of the plan/,
    ],
    ['in fewer regions than planned', { regions: [euWest] }, [approvalBy('mo')], /not those of the plan/],
    [
      'under another digest',
      { release: { number: release412, digest: digestOf('x') } },
      [approvalBy('mo')],
      /another digest/,
    ],
    [
      'when it is blocked',
      { release: { number: releaseNumber(411), digest: digestOf('bad') } },
      [approvalBy('mo')],
      /is blocked/,
    ],
  ])('%s', async (_, more, approvals, reason) => {
    expect(await admit(approvals, { ...binding, ...more })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(reason),
    });
    expect(records.admissions).toEqual([]);
  });
});

test('what the plan requires of an existing CI is admitted only with the evidence of each', async () => {
  const release = releaseNumber(413);
  const required = { require: ['ci/lint', 'ci/unit'], withinMs: 60_000 };
  const gated = { ...spec, checks: { run: null, timeoutMs: 600_000, required } };
  const commit = 'c'.repeat(40);
  const built = await storeFiles(store, { 'a.js': 'b' }, { commit, release });
  const unsigned = { manifestRoot: built.rootText, digest: built.digest, totalBytes: 1, files: 1 };
  const signing = { service: checkout, release, deployment: deployment87, unsigned, spec: gated };
  expect(await activities.signRelease(signing)).toMatchObject({ outcome: 'signed' });
  const planned = await plan(release);
  if (planned.outcome === 'refused') throw new Error(planned.reason);
  expect(planned.plan.checks).toEqual(required);
  const of = { ...binding, release: { number: release, digest: built.digest }, planDigest: planned.planDigest };
  const status = (context: string, state = 'success') => ({
    kind: 'status',
    digest: digestOf(context),
    url: null,
    detail: `${context}: ${state} at 2026-11-24T12:00:00.000Z`,
  });
  const admitWith = (...evidence: ReturnType<typeof status>[]) =>
    activities.admitRelease({ binding: of, approvals: [approvalBy('mo')], askedBy: null, evidence });
  for (const evidence of [[], [status('ci/lint')], [status('ci/lint'), status('ci/unit', 'failure')]])
    expect(await admitWith(...evidence)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/there is no evidence that ci\/(lint|unit) reported success/),
    });
  expect(records.admissions).toEqual([]);
  expect(await admitWith(status('ci/lint'), status('ci/unit'))).toMatchObject({ outcome: 'admitted' });
});

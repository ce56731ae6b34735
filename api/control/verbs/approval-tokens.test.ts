import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { releaseNumber, teamName } from '../../../domain/names.ts';
import type { ApprovePolicy } from '../../../domain/spec/service-spec.ts';
import { Release, RoleGrant, TeamMember } from '../../../infra/postgres/central/entities.ts';
import { codeOf, signIn } from '../../../test/control-api.ts';
import {
  openStandIns,
  planDigest,
  service,
  type Asking,
  type StandIns,
  type StandInService,
} from './stand-ins.fixture.ts';

let standIns: StandIns;
let at: StandInService;
beforeAll(async () => void (standIns = await openStandIns()));
afterAll(() => standIns.close());
beforeEach(async () => void (at = await standIns.openService()));
afterEach(() => at.close());

test('an approval is a token over the plan that the person was shown, and reaches the deployment', async () => {
  const deployment = await at.openDeployment();
  const token = await at.tokenFor(deployment, at.tokens.mo);
  const answer = await at.post(`${deployment}/approve`, at.tokens.mo, { token });
  expect(answer.status).toBe(202);
  expect(answer.body).toEqual({ deployment: 'checkout/1', message: `approved with ${token}` });
});

test('nobody gets a token for a change of their own, whatever the case of their name', async () => {
  const deployment = await at.openDeployment();
  for (const token of [at.tokens.lin, await signIn(at.central.database, 'LIN', 'release-owner')]) {
    const answer = await at.post(`${deployment}/approval-token`, token, { verb: 'approve', planDigest });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'own-change']);
  }
});

describe('the role that an approval is given in', () => {
  /** As if checkout@1 had been built from a spec that asks deployers. */
  const askDeployers = () =>
    at.central.database.em
      .fork()
      .nativeUpdate(
        Release,
        { service, number: releaseNumber(1) },
        { spec: { approve: { roles: ['deployer'] } } as never },
      );

  test('is one that the policy names, not the strongest that the person has', async () => {
    const deployment = await at.openDeployment();
    await askDeployers();
    const both = await signIn(at.central.database, 'kim', 'release-owner', 'deployer');
    const [, claims] = (await at.tokenFor(deployment, both)).split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ sub: 'kim', role: 'deployer' });
    const [, resume] = (await at.tokenFor(deployment, both, 'resume')).split('.');
    expect(JSON.parse(Buffer.from(resume!, 'base64url').toString())).toMatchObject({ role: 'release-owner' });
  });

  test('is refused by name to who has none that counts', async () => {
    const deployment = await at.openDeployment();
    await askDeployers();
    const answer = await at.post(`${deployment}/approval-token`, at.tokens.mo, { verb: 'approve', planDigest });
    expect([answer.status, codeOf(answer), answer.body.detail]).toEqual([
      403,
      'not-allowed',
      'mo needs the role deployer',
    ]);
  });
});

describe('a decision not to wait', () => {
  const decided = async (verb: string, deployment: string, who: string, more: object) => {
    const body = { verb, planDigest, ...more };
    const { token } = (await at.post(`${deployment}/approval-token`, who, body)).body;
    return at.post(`${deployment}/${verb}`, who, { token, reason: 'its link is down', ...more });
  };

  test('reaches the deployment by the token of a release-owner, with its reason', async () => {
    const deployment = await at.openDeployment();
    const skipped = await decided('skip-region', deployment, at.tokens.mo, { region: 'eu-west' });
    expect([skipped.status, skipped.body.message]).toEqual([202, 'eu-west is skipped: its link is down']);
    const promoted = await decided('promote', deployment, at.tokens.mo, {});
    expect([promoted.status, promoted.body.message]).toEqual([202, 'promoted: its link is down']);
  });

  test.each(['promote', 'skip-region', 'end-undo'])('%s: a deployer gets no token for it', async (verb) => {
    const deployment = await at.openDeployment();
    const body = { verb, planDigest, region: 'eu-west' };
    const answer = await at.post(`${deployment}/approval-token`, at.tokens.ada, body);
    expect([answer.status, answer.body.detail]).toEqual([403, 'ada needs the role release-owner']);
  });

  test('of which region is part of the token, and of the request', async () => {
    const deployment = await at.openDeployment();
    const nowhere = await at.post(`${deployment}/approval-token`, at.tokens.mo, { verb: 'skip-region', planDigest });
    expect([nowhere.status, nowhere.body.detail]).toEqual([400, 'skip-region is about a region']);
    const claims = await at.post(`${deployment}/approval-token`, at.tokens.mo, {
      verb: 'skip-region',
      planDigest,
      region: 'eu-west',
    });
    const [, middle] = String(claims.body.token).split('.');
    expect(JSON.parse(Buffer.from(middle!, 'base64url').toString())).toMatchObject({ region: 'eu-west' });
    const unexplained = await at.post(`${deployment}/skip-region`, at.tokens.mo, {
      token: claims.body.token,
      region: 'eu-west',
    });
    expect(unexplained.status).toBe(400);
  });
});

test('a token to resume, or to end an undo, is for what waits now; for no other verb', async () => {
  const waits = { resume: 'pause since 12:00', 'end-undo': 'undo of hooks' };
  const claimsOf = async (verb: string, asking: Asking) => {
    const token = await at.tokenFor(await at.openDeployment('running', true, asking), at.tokens.mo, verb);
    return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { wait?: string };
  };
  expect((await claimsOf('resume', { waits })).wait).toBe(waits.resume);
  expect((await claimsOf('end-undo', { waits })).wait).toBe(waits['end-undo']);
  expect(await claimsOf('promote', { waits })).not.toHaveProperty('wait');
  // A workflow of the version before binds it to the plan only.
  expect(await claimsOf('resume', {})).not.toHaveProperty('wait');
});

describe('who counts by team, and for a stage', () => {
  const payments = teamName('payments');
  const byTeam: ApprovePolicy = { quorum: 1, roles: [], teams: [payments], expiresMs: 3_600_000 };
  const join = (person: string) =>
    at.central.database.em.fork().insert(TeamMember, { team: payments, person, addedBy: 'ops', addedAt: new Date() });

  test('a member of a team that is asked needs no role; who is in none is told whom to ask', async () => {
    const deployment = await at.openDeployment('running', true, { policy: byTeam });
    const eve = await signIn(at.central.database, 'eve');
    const refused = await at.post(`${deployment}/approval-token`, eve, { verb: 'approve', planDigest });
    expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([
      403,
      'not-allowed',
      'eve needs the role team payments',
    ]);
    expect(refused.body.next).toBe('An operator can grant it: slipway grant eve --team payments');
    expect((await at.post(`${deployment}/reject`, eve, { reason: 'no' })).status).toBe(403);
    await join('eve');
    const token = await at.tokenFor(deployment, eve);
    const [, claims] = token.split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ sub: 'eve', role: null });
    expect((await at.post(`${deployment}/approve`, eve, { token })).status).toBe(202);
    // Who may agree may say no, and nothing else.
    for (const [verb, body] of [
      ['pause', {}],
      ['abort', {}],
    ] as const)
      expect((await at.post(`${deployment}/${verb}`, eve, body)).status).toBe(403);
    const resume = await at.post(`${deployment}/approval-token`, eve, { verb: 'resume', planDigest });
    expect([resume.status, resume.body.detail]).toEqual([403, 'eve needs the role release-owner']);
    expect((await at.post(`${deployment}/reject`, eve, { reason: 'no' })).status).toBe(202);
  });

  test.each(['approve', 'break-glass'])('the dialog of %s says that no token is looked at any more', async (verb) => {
    const shut = '5 bad tokens were sent: no more are looked at, good ones neither';
    const deployment = await at.openDeployment('running', true, { policy: { ...byTeam, roles: ['operator'] }, shut });
    await at.central.database.em.fork().execute(`update deployment set state = 'approving'`);
    const query = `verb=${verb}&deployment=${deployment.split('/').at(-1)}`;
    const ops = await signIn(at.central.database, 'ops', 'operator');
    const dialog = await at.api.ask(`/v1/services/checkout/dialog?${query}`, { token: ops });
    expect(dialog.body['refused']).toBe(shut);
  });

  test('whoever is asked may say no, by whatever role; whoever is not is told that by the dialog, too', async () => {
    const deployment = await at.openDeployment('running', true, { policy: { ...byTeam, roles: ['operator'] } });
    const number = deployment.split('/').at(-1);
    await at.central.database.em.fork().execute(`update deployment set state = 'approving'`);
    const refusedTo = async (who: string) =>
      (await at.api.ask(`/v1/services/checkout/dialog?verb=reject&deployment=${number}`, { token: who })).body[
        'refused'
      ];
    const ops = await signIn(at.central.database, 'ops', 'operator');
    const eve = await signIn(at.central.database, 'eve');
    const refused = await at.post(`${deployment}/reject`, eve, { reason: 'no' });
    expect(refused.status).toBe(403);
    expect(await refusedTo(eve)).toBe(`${String(refused.body.detail)}. ${String(refused.body.next)}`);
    expect(await refusedTo(ops)).toBeNull();
    expect((await at.post(`${deployment}/reject`, ops, { reason: 'no' })).status).toBe(202);
  });

  test('while nobody is asked, whoever wants to approve is told that, and not of a role', async () => {
    const deployment = await at.openDeployment('running', true, { policy: null });
    const number = deployment.split('/').at(-1);
    await at.central.database.em.fork().execute(`update deployment set state = 'rolling' where number = ${number}`);
    const eve = await signIn(at.central.database, 'eve');
    for (const who of [eve, at.tokens.mo]) {
      const refused = await at.post(`${deployment}/approval-token`, who, { verb: 'approve', planDigest });
      expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([
        409,
        'refused',
        `checkout/${number} waits for no approval: it is rolling`,
      ]);
      const dialog = await at.api.ask(`/v1/services/checkout/dialog?verb=approve&deployment=${number}`, { token: who });
      expect(dialog.body['refused']).toBe(refused.body.detail);
    }
  });

  test('a role of another service does not count', async () => {
    const deployment = await at.openDeployment('running', true, { policy: { ...byTeam, roles: ['release-owner'] } });
    const eve = await signIn(at.central.database, 'eve');
    const grant = { holder: 'eve', role: 'release-owner', service: 'search', grantedBy: 'ops', grantedAt: new Date() };
    await at.central.database.em.fork().insert(RoleGrant, grant as never);
    expect((await at.post(`${deployment}/approval-token`, eve, { verb: 'approve', planDigest })).status).toBe(403);
    await at.central.database.em.fork().insert(RoleGrant, { ...grant, service: 'checkout' } as never);
    expect((await at.post(`${deployment}/approval-token`, eve, { verb: 'approve', planDigest })).status).toBe(202);
  });

  test('a token is for the stage that was shown, while that is what is asked', async () => {
    const owner: ApprovePolicy = { ...byTeam, roles: ['release-owner'] };
    const deployment = await at.openDeployment('running', true, { stage: 'world', policy: owner });
    const ask = (more: object) =>
      at.post(`${deployment}/approval-token`, at.tokens.mo, { verb: 'approve', planDigest, ...more });
    const [, claims] = String((await ask({ stage: 'world' })).body.token).split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ stage: 'world' });
    for (const stage of ['canary', null]) {
      const moved = await ask({ stage });
      expect([moved.status, codeOf(moved), moved.body.detail]).toEqual([
        409,
        'state-changed',
        'what is asked now is about stage world',
      ]);
    }
    const [, resume] = String(
      (await at.post(`${deployment}/approval-token`, at.tokens.mo, { verb: 'resume', planDigest })).body.token,
    ).split('.');
    expect(JSON.parse(Buffer.from(resume!, 'base64url').toString())).not.toHaveProperty('stage');
  });
});

describe('glass', () => {
  const policy: ApprovePolicy = { quorum: 2, roles: ['release-owner'], expiresMs: 3_600_000 };
  const emergency = { reason: 'the shop is down', incident: 'INC-7' };

  test('is broken with reason and incident, signed with the token, and by a role that may', async () => {
    const deployment = await at.openDeployment('running', true, { policy });
    const ask = (who: string, more: object) =>
      at.post(`${deployment}/approval-token`, who, { verb: 'break-glass', planDigest, ...more });
    for (const missing of [{}, { emergency: { reason: 'down' } }, { emergency: { reason: ' ', incident: 'INC-7' } }])
      expect((await ask(at.tokens.mo, missing)).status).toBe(400);
    expect(
      (await at.post(`${deployment}/approval-token`, at.tokens.mo, { verb: 'approve', planDigest, emergency })).status,
    ).toBe(400);
    const refused = await ask(at.tokens.ada, { emergency });
    expect([refused.status, refused.body.detail, refused.body.next]).toEqual([
      403,
      'ada needs the role release-owner',
      'An owner of checkout or an operator can grant it: slipway grant ada --role release-owner --service checkout',
    ]);
    // Who made the change may: another person has to be with them, or looks at it afterwards.
    const token = String((await ask(at.tokens.lin, { emergency })).body.token);
    const [, claims] = token.split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ sub: 'lin', emergency });
    expect((await at.post(`${deployment}/break-glass`, at.tokens.ada, { token })).status).toBe(403);
    expect((await at.post(`${deployment}/approve`, at.tokens.lin, { token })).status).toBe(403);
    const answer = await at.post(`${deployment}/break-glass`, at.tokens.lin, { token });
    expect([answer.status, answer.body.message]).toEqual([202, `broken with ${token}`]);
  });
});

test('a plan that has moved on is not approved', async () => {
  const deployment = await at.openDeployment();
  const other = `sha256:${'9'.repeat(64)}`;
  const moved = await at.post(`${deployment}/approval-token`, at.tokens.mo, { verb: 'approve', planDigest: other });
  expect([moved.status, codeOf(moved)]).toEqual([409, 'state-changed']);
  const unplanned = await at.openDeployment('running', false);
  const early = await at.post(`${unplanned}/approval-token`, at.tokens.mo, { verb: 'approve', planDigest });
  expect([early.status, codeOf(early)]).toEqual([409, 'state-changed']);
});

test.each([
  ['that is none', async () => 'not.a.token', 'the approval token is malformed'],
  [
    'of another person',
    (deployment: string) => at.tokenFor(deployment, at.tokens.ada),
    "the approval token is ada's, not yours",
  ],
  [
    'for another verb',
    (deployment: string) => at.tokenFor(deployment, at.tokens.mo, 'resume'),
    'the approval token is wrong-verb',
  ],
  [
    'for another deployment',
    async () => at.tokenFor(await at.openDeployment(), at.tokens.mo),
    'the approval token is for checkout/2',
  ],
])('a token %s does not reach the deployment', async (_, tokenOf, detail) => {
  const deployment = await at.openDeployment();
  const answer = await at.post(`${deployment}/approve`, at.tokens.mo, { token: await tokenOf(deployment) });
  expect([answer.status, answer.body.detail]).toEqual([403, detail]);
});

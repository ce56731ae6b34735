import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { serviceName, teamName } from '../../../domain/names.ts';
import { readAuditChain } from '../../../infra/postgres/central/audit-log.ts';
import { createPersonRoles } from '../../../infra/postgres/central/person-roles.ts';
import { addService, createCentralDatabase } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi, type Asked, type TestControlApi } from '../../../test/control-api.ts';

const checkout = serviceName('checkout');
let central: CentralTestDatabase;
let api: TestControlApi;
let tokens: Record<'ops' | 'owner' | 'mo' | 'ada', string>;

beforeEach(async () => {
  central = await createCentralDatabase();
  api = await startControlApi({ database: central.database, databaseUrl: central.url });
  await addService(central.database, 'search', ['pat']);
  tokens = {
    ops: await signIn(central.database, 'ops', 'operator'),
    owner: await signIn(central.database, 'pat'),
    mo: await signIn(central.database, 'mo', 'release-owner'),
    ada: await signIn(central.database, 'ada'),
  };
});
afterEach(async () => {
  await api.close();
  await central.close();
});

const grant = (who: string, body: object, key?: string): Promise<Asked> =>
  api.ask('/v1/grants', { token: who, body, ...(key !== undefined && { key }) });
const revoke = (who: string, body: object, key?: string): Promise<Asked> =>
  api.ask('/v1/revocations', { token: who, body, ...(key !== undefined && { key }) });
const rolesOf = async (person: string, service = checkout) => {
  const { roles, teams } = await createPersonRoles(central.database).capacitiesOf(person, service);
  return { roles: [...roles], teams: [...teams] };
};
async function auditOf(...verbs: string[]) {
  const found = [];
  for await (const { verb, actor, object, detail } of readAuditChain(central.database))
    if (verbs.includes(verb)) found.push({ verb, actor, object, right: detail['right'] });
  return found;
}

describe('a right that an operator grants', () => {
  test('is had at once, by name and by team, for one service or all, until it is revoked; each time on record', async () => {
    const role = { holder: 'Ada', role: 'release-owner', service: 'checkout' };
    const answer = await grant(tokens.ops, role);
    expect([answer.status, answer.body]).toEqual([202, { right: 'Ada is release-owner of checkout', changed: true }]);
    expect(await rolesOf('ada')).toEqual({ roles: ['release-owner'], teams: [] });
    expect(await rolesOf('ada', serviceName('search'))).toEqual({ roles: [], teams: [] });
    await grant(tokens.ops, { holder: 'ada', team: 'payments' });
    await grant(tokens.ops, { holder: 'team:payments', role: 'deployer' });
    expect(await rolesOf('ADA', serviceName('search'))).toEqual({ roles: ['deployer'], teams: ['payments'] });
    expect((await api.ask('/v1/me', { token: tokens.ada })).body).toEqual({
      person: 'ada',
      roles: ['deployer'],
      inServices: [{ service: 'checkout', role: 'release-owner' }],
      teams: ['payments'],
    });
    expect((await revoke(tokens.ops, role)).body).toMatchObject({ changed: true });
    expect((await revoke(tokens.ops, role)).body).toMatchObject({ changed: false });
    await revoke(tokens.ops, { holder: 'ada', team: 'payments' });
    expect(await rolesOf('ada')).toEqual({ roles: [], teams: [] });
    expect(await auditOf('granted', 'revoked')).toEqual([
      { verb: 'granted', actor: 'ops', object: 'person:Ada', right: 'Ada is release-owner of checkout' },
      { verb: 'granted', actor: 'ops', object: 'person:ada', right: 'ada is in team payments' },
      { verb: 'granted', actor: 'ops', object: 'team:payments', right: 'team:payments is deployer of all services' },
      { verb: 'revoked', actor: 'ops', object: 'person:Ada', right: 'Ada is release-owner of checkout' },
      { verb: 'revoked', actor: 'ops', object: 'person:ada', right: 'ada is in team payments' },
    ]);
  });

  test('is one right however often it is sent', async () => {
    const role = { holder: 'ada', role: 'deployer' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => grant(tokens.ops, role, 'the-same-key')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 202));
    expect(await auditOf('granted')).toHaveLength(1);
  });

  test('is not granted by the key of another, which would leave no record of it', async () => {
    await grant(tokens.ops, { holder: 'ada', role: 'deployer' }, 'used-only-once');
    const other = await grant(tokens.ops, { holder: 'mallory', role: 'operator' }, 'used-only-once');
    expect([other.status, codeOf(other), other.body.detail]).toEqual([
      422,
      'key-reused',
      'it was used to change another right',
    ]);
    const taken = await revoke(tokens.ops, { holder: 'ada', role: 'deployer' }, 'used-only-once');
    expect(codeOf(taken)).toBe('key-reused');
    expect([await rolesOf('mallory'), await rolesOf('ada')]).toEqual([
      { roles: [], teams: [] },
      { roles: ['deployer'], teams: [] },
    ]);
    // The key is one person's: another may use the same.
    const kim = await signIn(central.database, 'kim', 'operator');
    expect((await grant(kim, { holder: 'eve', role: 'deployer' }, 'used-only-once')).status).toBe(202);
    expect((await auditOf('granted', 'revoked')).map(({ actor, right }) => [actor, right])).toEqual([
      ['ops', 'ada is deployer of all services'],
      ['kim', 'eve is deployer of all services'],
    ]);
  });

  test('stays as another made it, whatever repeat comes late', async () => {
    const role = { holder: 'ada', role: 'deployer' };
    await grant(tokens.ops, role, 'granting-it-first');
    await revoke(tokens.ops, role, 'revoking-it-once');
    const late = await grant(tokens.ops, role, 'granting-it-first');
    expect([late.status, late.body]).toEqual([202, { right: 'ada is deployer of all services', changed: true }]);
    expect(await rolesOf('ada')).toEqual({ roles: [], teams: [] });
    await grant(tokens.ops, role, 'granting-again');
    expect((await revoke(tokens.ops, role, 'revoking-it-once')).body).toMatchObject({ changed: true });
    expect(await rolesOf('ada')).toEqual({ roles: ['deployer'], teams: [] });
    expect(await auditOf('granted', 'revoked')).toHaveLength(3);
  });

  test('is said to be had still where it is, when it is revoked', async () => {
    await grant(tokens.ops, { holder: 'mo', team: 'payments' });
    await grant(tokens.ops, { holder: 'team:payments', role: 'release-owner', service: 'search' });
    const role = { holder: 'mo', role: 'release-owner', service: 'search' };
    await grant(tokens.ops, role);
    expect((await revoke(tokens.ops, role)).body).toEqual({
      right: 'mo is release-owner of search',
      changed: true,
      still: ['a token of mo came with the role release-owner', 'team:payments is release-owner of search'],
    });
    await revoke(tokens.ops, { holder: 'mo', role: 'release-owner' });
    await revoke(tokens.ops, { holder: 'mo', team: 'payments' });
    expect((await revoke(tokens.ops, role)).body).toEqual({ right: 'mo is release-owner of search', changed: false });
  });

  test('of a team is that however it is written', async () => {
    const answer = await grant(tokens.ops, { holder: ' Team:payments', role: 'deployer' });
    expect(answer.body).toMatchObject({ right: 'team:payments is deployer of all services' });
    expect((await grant(tokens.ops, { holder: 'TEAM:payments', team: 'security' })).body.detail).toBe(
      'a team has persons as members, not teams',
    );
    expect(await auditOf('granted')).toMatchObject([{ object: 'team:payments' }]);
  });

  test('of a token is taken off that token, too', async () => {
    expect(await rolesOf('mo')).toEqual({ roles: ['release-owner'], teams: [] });
    expect((await revoke(tokens.ops, { holder: 'Mo', role: 'release-owner' })).body).toMatchObject({ changed: true });
    expect(await rolesOf('mo')).toEqual({ roles: [], teams: [] });
    const put = await api.ask('/v1/services/checkout', { token: tokens.mo, method: 'PUT', body: {} });
    expect([put.status, codeOf(put), put.body.detail, put.body.next]).toEqual([
      403,
      'not-allowed',
      'mo needs the role release-owner',
      'An owner of checkout or an operator can grant it: slipway grant mo --role release-owner --service checkout',
    ]);
  });

  test('lets in where it is had, and nowhere else', async () => {
    await grant(tokens.ops, { holder: 'ada', role: 'deployer', service: 'checkout' });
    const deploy = (service: string) =>
      api.ask(`/v1/services/${service}/lock`, { token: tokens.ada, body: { reason: '', until: 'never' } });
    // Past the gate: what is wrong is the request.
    expect((await deploy('checkout')).status).toBe(400);
    expect(codeOf(await deploy('search'))).toBe('not-allowed');
  });

  test('is listed with who has it and from whom', async () => {
    await grant(tokens.ops, { holder: 'ada', role: 'deployer', service: 'checkout' });
    await grant(tokens.ops, { holder: 'kim', team: 'payments' });
    await grant(tokens.ops, { holder: 'team:payments', role: 'owner', service: 'checkout' });
    const { body } = await api.ask('/v1/grants', { token: tokens.ada });
    expect(body['roles']).toContainEqual(
      expect.objectContaining({ holder: 'ada', role: 'deployer', service: 'checkout', by: 'ops' }),
    );
    expect(body['roles']).toContainEqual(
      expect.objectContaining({ holder: 'mo', role: 'release-owner', service: null, by: null }),
    );
    expect(body['teams']).toEqual([{ team: 'payments', members: ['kim'] }]);
    expect(body['owners']).toEqual([
      { service: 'checkout', owners: ['team:payments'] },
      { service: 'search', owners: ['pat'] },
    ]);
  });
});

describe('who may grant', () => {
  test('is an owner, in their own service; and by a team that owns it', async () => {
    const role = (service: string) => ({ holder: 'ada', role: 'deployer', service });
    expect((await grant(tokens.owner, role('search'))).status).toBe(202);
    const elsewhere = await grant(tokens.owner, role('checkout'));
    expect([elsewhere.status, codeOf(elsewhere), elsewhere.body.detail, elsewhere.body.next]).toEqual([
      403,
      'not-allowed',
      'pat needs the role operator, or to own checkout',
      'Ask ops.',
    ]);
    await grant(tokens.ops, { holder: 'pat', team: 'payments' });
    await grant(tokens.ops, { holder: 'team:payments', role: 'owner', service: 'checkout' });
    expect((await grant(tokens.owner, role('checkout'))).status).toBe(202);
    await revoke(tokens.ops, { holder: 'team:payments', role: 'owner', service: 'checkout' });
    expect((await grant(tokens.owner, role('checkout'))).status).toBe(403);
  });

  test.each([
    ['a role of all services', { holder: 'ada', role: 'deployer' }],
    ['a member of a team', { holder: 'pat', team: 'security' }],
    ['an operator', { holder: 'pat', role: 'operator' }],
  ])('is no owner where it is %s', async (_, right) => {
    const answer = await grant(tokens.owner, right);
    expect([answer.status, answer.body.detail]).toEqual([403, 'pat needs the role operator']);
    expect((await revoke(tokens.owner, right)).status).toBe(403);
  });

  test('is a release owner until there is an operator', async () => {
    expect((await grant(tokens.mo, { holder: 'ada', role: 'deployer' })).status).toBe(403);
    await central.database.em.fork().execute(`update api_token set revoked_at = now() where person = 'ops'`);
    // Nobody is called that: it makes no operator, and shuts nobody out.
    expect((await grant(tokens.mo, { holder: 'moo', role: 'operator' })).status).toBe(202);
    expect((await grant(tokens.mo, { holder: 'kim', role: 'operator' })).status).toBe(202);
    await signIn(central.database, 'Kim');
    expect((await grant(tokens.mo, { holder: 'ada', role: 'deployer' })).status).toBe(403);
  });

  test('is never nobody: of two operators who revoke each other at once, one is left', async () => {
    const alone = await revoke(tokens.ops, { holder: 'ops', role: 'operator' });
    expect([alone.status, alone.body.detail]).toEqual([
      403,
      'nobody else is an operator: unless ops is operator of all services, nobody could grant anything',
    ]);
    expect(await auditOf('revoked')).toEqual([]);
    await grant(tokens.ops, { holder: 'kim', role: 'operator' });
    // Who can't sign in can't grant, either.
    expect((await revoke(tokens.ops, { holder: 'ops', role: 'operator' })).status).toBe(403);
    const kim = await signIn(central.database, 'kim');
    const answers = await Promise.all([
      revoke(tokens.ops, { holder: 'kim', role: 'operator' }),
      revoke(kim, { holder: 'ops', role: 'operator' }),
    ]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['202', '403']);
  });
});

describe('owners of a service that is there', () => {
  const settings = { repository: 'acme/search', cloneUrl: 'https://code.example/acme/search.git' };
  const put = (who: string, more: object, service = 'search'): Promise<Asked> =>
    api.ask(`/v1/services/${service}`, { token: who, method: 'PUT', body: { ...settings, ...more } });

  test('are replaced by nobody who may not grant, with whatever else the service is changed', async () => {
    for (const owners of [['mo'], ['pat', 'mo'], ['pat', 'Team:mo'], []]) {
      const answer = await put(tokens.mo, { owners, branch: 'next' });
      expect([answer.status, codeOf(answer), answer.body.detail, answer.body.next]).toEqual([
        403,
        'not-allowed',
        'mo needs the role operator, or to own search',
        'Ask ops or pat.',
      ]);
    }
    const { body } = await api.ask('/v1/services/search', { token: tokens.mo });
    expect(body).toMatchObject({ owners: ['pat'], branch: 'main' });
    expect(await auditOf('service-changed')).toEqual([]);
    expect((await grant(tokens.mo, { holder: 'mo', role: 'deployer', service: 'search' })).status).toBe(403);
  });

  test('stay when the request does not say them, or says the same', async () => {
    await grant(tokens.owner, { holder: 'team:payments', role: 'owner', service: 'search' });
    expect((await put(tokens.mo, { branch: 'next' })).body).toMatchObject({
      owners: ['pat', 'team:payments'],
      branch: 'next',
    });
    expect((await put(tokens.mo, { owners: ['team:payments', 'PAT'] })).status).toBe(200);
  });

  test('are replaced by an owner; those of a new one are said by who adds it', async () => {
    await grant(tokens.ops, { holder: 'pat', role: 'release-owner', service: 'search' });
    expect((await put(tokens.owner, { owners: ['pat', 'team:payments'] })).body).toMatchObject({
      owners: ['pat', 'team:payments'],
    });
    expect((await put(tokens.mo, { owners: ['mo'] }, 'fresh')).body).toMatchObject({ owners: ['mo'] });
    expect((await put(tokens.mo, {}, 'bare')).body).toMatchObject({ owners: [] });
    const odd = await put(tokens.mo, { owners: ['team:No name'] }, 'odd');
    expect([odd.status, odd.body['errors']]).toEqual([400, [expect.objectContaining({ path: 'owners.0' })]]);
  });
});

describe('the last operator, who is one by a team,', () => {
  const byTeam = { holder: 'team:ops', role: 'operator' };
  const member = { holder: 'ops', team: 'ops' };

  beforeEach(async () => {
    await grant(tokens.ops, member);
    await grant(tokens.ops, byTeam);
  });

  test.each([
    ['as the role of the team', byTeam],
    ['as its last member', member],
  ])('can not be revoked %s', async (_, right) => {
    // By name and by team: one of the two is enough.
    expect((await revoke(tokens.ops, { holder: 'ops', role: 'operator' })).body).toMatchObject({
      changed: true,
      still: ['team:ops is operator of all services'],
    });
    const last = await revoke(tokens.ops, right);
    expect([last.status, last.body.detail]).toEqual([
      403,
      expect.stringMatching(/^nobody else is an operator: unless /),
    ]);
    expect(await auditOf('revoked')).toHaveLength(1);
    expect((await rolesOf('ops')).roles).toEqual(['operator']);
    // No release owner is let in by that.
    expect((await grant(tokens.mo, { holder: 'mo', role: 'operator' })).status).toBe(403);
  });
});

test.each([
  ['nothing', { holder: 'ada' }, 'role'],
  ['two things', { holder: 'ada', role: 'deployer', team: 'payments' }, 'role'],
  ['an owner of all', { holder: 'ada', role: 'owner' }, 'service'],
  ['an unknown role', { holder: 'ada', role: 'king' }, 'role'],
  ['a team of no name', { holder: 'team:Pay', role: 'deployer' }, 'holder'],
  ['a person who could be taken for something else', { holder: 'group:pay', role: 'deployer' }, 'holder'],
  ['nobody', { holder: '  ', role: 'deployer' }, 'holder'],
])('%s is no right', async (_, body, path) => {
  const answer = await grant(tokens.ops, body);
  expect([answer.status, answer.body['errors']]).toEqual([400, [expect.objectContaining({ path })]]);
});

test('a right of a service that there is not, and of an operator of one, is refused', async () => {
  const gone = await grant(tokens.ops, { holder: 'ada', role: 'deployer', service: 'gone' });
  expect([gone.status, gone.body.detail]).toEqual([404, 'there is no service gone']);
  const one = await grant(tokens.ops, { holder: 'ada', role: 'operator', service: 'checkout' });
  expect([one.status, one.body.detail]).toEqual([403, 'an operator is one for all services: leave out the service']);
  const nested = await grant(tokens.ops, { holder: 'team:a', team: 'b' });
  expect([nested.status, nested.body.detail]).toEqual([403, 'a team has persons as members, not teams']);
});

test('a role counts for approvals by team as the centre has it now', async () => {
  await grant(tokens.ops, { holder: 'ada', team: 'security' });
  expect(await rolesOf('ada')).toEqual({ roles: [], teams: [teamName('security')] });
  await revoke(tokens.ops, { holder: 'ada', team: 'security' });
  expect(await rolesOf('ada')).toEqual({ roles: [], teams: [] });
});
